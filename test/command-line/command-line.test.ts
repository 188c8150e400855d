import { execFileSync, spawnSync } from "node:child_process";
import { existsSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { beforeAll, describe, expect, it } from "vitest";
import {
  type Command,
  completionScript,
  painted,
  parse,
  readConfigFile,
  wrapped,
  zeroOrMore,
} from "../../lib/command-line";
import { parseRun } from "../../lib/config";
import { DataError } from "../../lib/errors";
import { printable } from "../../lib/printable";
import { TerminalProgress } from "../../lib/system";
import { givenSettings } from "../../lib/verbs/given-settings";
import { laidOver, type ProbeValues, probeSettings } from "../../lib/verbs/probe-settings";
import { temporaryFolder } from "../temporary-folder";

it.skipIf(!existsSync("/dev/full"))(
  "is a failure where a disk does not take the output, and none where nobody reads",
  () => {
    const njepa = join(__dirname, "../../build/scripts/njepa.js");
    const run = (pipe: string) =>
      spawnSync("bash", ["-c", `set -o pipefail; "$0" "$1" completion bash ${pipe}`, process.execPath, njepa], {
        encoding: "utf8",
      });
    const full = run("> /dev/full");
    expect(full.status).toBe(1);
    expect(full.stderr).toMatch(/^error: Cannot write the output: .*\(ENOSPC\)/);
    expect(run("| head -c 1").status).toBe(0);
  },
);

it("shows control characters of names, and obeys none but colors, line ends and tabs", () => {
  const name = "a\u001b[2J\u001b]0;title\u0007\r\u009b2Kb";
  const shown = "a\\u001b[2J\\u001b]0;title\\u0007\\u000d\\u009b2Kb";
  expect(new DataError(`${name}: no image`).message).toBe(`${shown}: no image`);
  const written: string[] = [];
  const progress = new TerminalProgress({ write: (text) => written.push(text) });
  progress.note(name);
  progress.update(name.replace("\r", ""));
  expect(printable("a,b\r\n1,2\r\n")).toBe("a,b\r\n1,2\r\n");
  expect(written).toEqual([`${shown}\n`, `${shown.replace("\\u000d", "")}\n`]);
  expect(printable("\u001b[1;31mred\u001b[0m\n\tnext")).toBe("\u001b[1;31mred\u001b[0m\n\tnext");
});

const brew: Command = {
  name: "brew",
  says: "make tea",
  words: "CUP",
  verbs: ["green", "black"],
  options: {
    minutes: { type: "string", default: "3", description: "how long" },
    leaf: { type: "string", values: ["whole", "broken"], description: "which" },
    add: { type: "string", multiple: true, description: "what else" },
    "no-milk": { type: "boolean", description: "without" },
    json: { type: "boolean", description: "as JSON" },
  },
  run: () => 0,
};

async function got(...words: string[]) {
  let values: unknown;
  let rest: string[] = [];
  const run: Command["run"] = (given, others) => {
    values = given;
    rest = others;
    return 7;
  };
  const code = await parse(brew, words, run);
  return { values, rest, code };
}

describe("a command's options", () => {
  it("have their defaults, are collected where they may be repeated, and keep their names", async () => {
    expect(await got("black", "--add", "lemon", "--add", "honey", "--no-milk")).toEqual({
      values: { minutes: "3", leaf: undefined, add: ["lemon", "honey"], "no-milk": true, json: undefined },
      rest: ["black"],
      code: 7,
    });
    expect(await got()).toMatchObject({ values: { "no-milk": false, add: undefined }, rest: [] });
  });

  it("are refused by name: unknown ones with the nearest, and words that an option does not have", async () => {
    await expect(got("--minuets", "4")).rejects.toThrow(/unknown option '--minuets'[\s\S]*--minutes/);
    await expect(got("--leaf", "torn")).rejects.toThrow(/torn.*whole, broken/);
    await expect(got("--minutes")).rejects.toThrow(/argument missing/);
  });

  it("are refused together with words where a command takes none", async () => {
    const { words: _, ...wordless } = brew;
    await expect(parse(wordless, ["green"])).rejects.toThrow(/too many arguments/);
    expect(await parse(wordless, ["--json"])).toBe(0);
  });
});

describe("wrapped", () => {
  it("keeps within the columns, what a name means below its beginning, and short lines as they are", () => {
    const text =
      "  green tea   leaves that were steamed soon after they were picked, in most places\n\n  none\nWater, ten words more than would have room in one line";
    expect(wrapped(text, 54).split("\n")).toEqual([
      "  green tea   leaves that were steamed soon after they",
      "              were picked, in most places",
      "",
      "  none",
      "Water, ten words more than would have room in one line",
    ]);
    expect(wrapped("a".repeat(90), 80)).toBe("a".repeat(90));
  });
});

describe("readConfigFile", () => {
  let folder: string;
  const file = (name: string, text: string) => {
    writeFileSync(join(folder, name), text);
    return join(folder, name);
  };
  beforeAll(() => {
    folder = temporaryFolder();
  });

  it("reads an object from JSON, and from what TypeScript and JavaScript modules export by default", async () => {
    const settings = { seed: 3, noise: { level: "multi" } };
    expect(await readConfigFile(file("a.json", JSON.stringify(settings)))).toEqual(settings);
    // As editors on Windows write it.
    expect(await readConfigFile(file("marked.json", `\uFEFF${JSON.stringify(settings)}\r\n`))).toEqual(settings);
    file("levels.ts", 'export const level = "multi" as const;');
    const typed = 'import { level } from "./levels";\nexport default { seed: 1 + 2, noise: { level } };';
    expect(await readConfigFile(file("b.ts", typed))).toEqual(settings);
    expect(await readConfigFile(file("c.mjs", `export default ${JSON.stringify(settings)};`))).toEqual(settings);
    expect(await readConfigFile(file("d.cjs", `module.exports = ${JSON.stringify(settings)};`))).toEqual(settings);
  });

  it("names the file that is missing, broken, or holds no object", async () => {
    await expect(readConfigFile(join(folder, "none.json"))).rejects.toThrow(/none\.json.*ENOENT/);
    await expect(readConfigFile(file("bad.json", "{"))).rejects.toThrow(/bad\.json/);
    await expect(readConfigFile(file("list.json", "[1]"))).rejects.toThrow(/list\.json: expected an object.*\[1\]/);
    await expect(readConfigFile(file("throws.ts", 'throw new Error("no tea")'))).rejects.toThrow(/throws\.ts.*no tea/);
  });
});

describe("the words of --set", () => {
  it("are settings part by part, a later word over earlier ones, and name what is no setting", () => {
    expect(givenSettings(["noise.level=multi", 'noise={"pMean":-1}', "data.mean=[0.5]", "data.path=2024x"])).toEqual({
      noise: { level: "multi", pMean: -1 },
      data: { mean: [0.5], path: "2024x" },
    });
    expect(givenSettings(["seed=1", "data.crop=null", "seed=2", "data.crop.scale=[1,1]"])).toEqual({
      seed: 2,
      data: { crop: { scale: [1, 1] } },
    });
    expect(givenSettings()).toEqual({});
    expect(() => givenSettings(["=1"])).toThrow("--set expects KEY=VALUE, got =1");
    for (const word of ["__proto__.x=1", 'noise={"__proto__":{"x":1}}'])
      expect(() => parseRun(givenSettings(["preset=smoke", word]))).toThrow(/__proto__: expected no such key/);
    expect(({} as { x?: number }).x).toBeUndefined();
  });
});

describe("the settings of a probe", () => {
  const options = (given: Partial<ProbeValues>) => probeSettings({ features: "", device: "cpu", ...given });
  const own = { fractions: [0.1], shots: [5], knn: { k: 20, temperature: 0.2 } };

  it("keep of a group what the checkpoint's run has and is not given", () => {
    expect(laidOver(own, options({ set: ["knn.k=10"] })).knn).toEqual({ k: 10, temperature: 0.2 });
  });

  it("choose labels in one way: what is given takes the place of the run's, and two are refused", () => {
    expect(laidOver(own, options({ fractions: "1" }))).toEqual({ fractions: [1], knn: own.knn });
    expect(laidOver({ ...own, labelLists: ["a"] }, options({ shots: "1" }))).toEqual({ shots: [1], knn: own.knn });
    expect(laidOver(own, options({ labels: "/a.txt" }))).toEqual({ labelLists: ["/a.txt"], knn: own.knn });
    expect(laidOver(own, options({}))).toEqual(own);
    expect(() => laidOver(own, options({ shots: "1", set: ["fractions=[0.1]"] }))).toThrow(
      /give one, got shots and fractions/,
    );
  });
});

describe("zeroOrMore", () => {
  it("takes 0 and numbers above, and nothing else", () => {
    expect([zeroOrMore("0", "draw"), zeroOrMore("0.5", "tolerance")]).toEqual([0, 0.5]);
    for (const text of ["", "-1", "half", "NaN"])
      expect(() => zeroOrMore(text, "tolerance", "points")).toThrow(
        `--tolerance expects points of 0 or more, got ${text}`,
      );
  });
});

describe("painted", () => {
  const terminal = { isTTY: true, hasColors: () => true } as unknown as NodeJS.WriteStream;

  it("colors for a terminal that has colors, and for nothing else", () => {
    expect(painted("red", "no", terminal)).toBe("\u001b[31mno\u001b[39m");
    expect(painted("red", "no", { ...terminal, hasColors: () => false } as NodeJS.WriteStream)).toBe("no");
    expect(painted("red", "no", {} as NodeJS.WriteStream)).toBe("no");
  });
});

/** What a bash that has read our script offers for the last of some words. */
function offered(...words: string[]): string[] {
  const list = words.map((word) => `'${word}'`).join(" ");
  const ask = `COMP_WORDS=(${list}); COMP_CWORD=${words.length - 1}; _njepa; printf '%s\\n' "\${COMPREPLY[@]}"`;
  const script = `${completionScript("bash", "njepa", [brew])}\n${ask}`;
  return execFileSync("bash", ["-c", script], { encoding: "utf8", cwd: "/dev" }).trim().split("\n");
}

describe("completionScript", () => {
  it("completes verbs, a verb's options and first words, and what an option may be, in bash", () => {
    expect(offered("njepa", "b")).toEqual(["brew"]);
    expect(offered("njepa", "brew", "--m")).toEqual(["--minutes"]);
    expect(offered("njepa", "brew", "--leaf", "")).toEqual(["whole", "broken"]);
    expect(offered("njepa", "brew", "gr")).toEqual(["green"]);
  });

  it("names every verb, option and value to zsh and to fish", () => {
    for (const shell of ["zsh", "fish"] as const) {
      const script = completionScript(shell, "njepa", [brew]);
      for (const word of ["brew", "make tea", "green", "minutes", "whole broken", "no-milk"])
        expect(script).toContain(word);
    }
  });
});
