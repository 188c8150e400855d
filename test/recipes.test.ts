import { execFile } from "node:child_process";
import { cpSync, readFileSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { promisify } from "node:util";
import { beforeAll, describe, expect, it } from "vitest";
import { temporaryFolder } from "./temporary-folder";

const root = join(__dirname, "..");

/** The recipes of CONTRIBUTING.md by heading, and the files that each of them writes or changes. */
const recipes = readFileSync(join(root, "CONTRIBUTING.md"), "utf8")
  .split(/^### /m)
  .slice(1)
  .map((text) => {
    const blocks = [...text.matchAll(/^```(ts|diff) (lib\/\S+)\n([\s\S]*?)^```$/gm)];
    const edits = blocks.map(([, kind, file, body]) => ({ kind, file: file as string, body: body as string }));
    return { title: text.split("\n")[0], edits, files: new Set(edits.map(({ file }) => file)) };
  });

/** What the copy is asked once it is compiled; what it prints is what the tests look at. */
const question = `
const njepa = require("./lib/dist/index.js");
(async () => {
  await njepa.ready();
  const data = await njepa.openDataset({ name: "two-discs" });
  const input = { preset: "smoke", data: { name: "two-discs", mean: [0.086], std: [0.28], trainLimit: 64 } };
  const first = async (objective) => {
    const run = njepa.parseRun({ ...input, objective });
    for await (const record of njepa.train(njepa.createTrainState(run), data)) return record;
  };
  const records = [await first({}), await first({ lambdaSQ: 0.5 })];
  const pair = { train: await njepa.rawPixels(data, "train"), test: await njepa.rawPixels(data, "test") };
  const source = { encoder: "raw-pixels", layers: null, blocks: 0, images: "whole images" };
  const [probed] = await njepa.probeFeatures(pair, { protocol: "nearest-mean", fractions: [1] }, { classes: 2, source });
  const study = njepa.openStudy("table-7-target-blocks", { preset: "smoke" });
  console.log(JSON.stringify({
    fashion: njepa.parseRun({ preset: "smoke" }).data.name, classes: data.classNames, count: data.split("train").count,
    records, probed: { mean: probed.mean, sentence: probed.sentence },
    blocks: study.jobs.map(({ run }) => run.masking.targetBlocks),
  }));
  process.exit(0);
})();`;

interface Answer {
  fashion: string;
  classes: string[];
  count: number;
  records: { loss: number; lossCT: number; lossSQ: number }[];
  probed: { mean: number; sentence: string };
  blocks: number[];
}

describe("the recipes of CONTRIBUTING.md, in a copy of the library", () => {
  let copy: string;
  let answer: Answer;

  beforeAll(async () => {
    copy = temporaryFolder();
    const isSource = (path: string) => !/\/lib\/(dist|node_modules)$/.test(path);
    cpSync(join(root, "lib"), join(copy, "lib"), { recursive: true, filter: isSource });
    for (const file of ["tsconfig.base.json", "package.json"]) cpSync(join(root, file), join(copy, file));
    symlinkSync(join(root, "node_modules"), join(copy, "node_modules"));
    for (const { edits } of recipes) for (const { kind, file, body } of edits) edit(join(copy, file), kind, body);
    const node = async (...args: string[]) => {
      const run = await promisify(execFile)(process.execPath, args, { cwd: copy }).catch((failed) => {
        throw new Error(`${args[0]}: ${failed.stdout}${failed.stderr}`);
      });
      return run.stdout;
    };
    await node(join(root, "node_modules/typescript/bin/tsc"), "-p", "lib");
    writeFileSync(join(copy, "question.js"), question);
    answer = JSON.parse((await node("question.js")).trim().split("\n").at(-1) as string);
  });

  it("touch as many files of the library as they say; the third of a loss term is a test", () => {
    expect(recipes.map(({ title, files }) => [title, files.size])).toEqual([
      ["A table: two files", 2],
      ["A data set: two files", 2],
      ["A probe protocol: three files", 3],
      ["A loss term: three files", 2],
    ]);
  });

  it("add a table, whose rows are trainings of their own", () => {
    expect(answer.blocks).toEqual([1, 1, 4, 4]);
  });

  it("add a data set, which is opened and trained on by its name", () => {
    expect(answer).toMatchObject({ fashion: "fashion-mnist", classes: ["left", "right"], count: 256 });
  });

  it("add a probe protocol, which tells the two discs apart and says what it is", () => {
    expect(answer.probed.mean).toBe(1);
    expect(answer.probed.sentence).toContain("nearest class mean");
  });

  it("add a loss term, which is recorded, and weighed in where its weight is given", () => {
    const [without, weighed] = answer.records as [Answer["records"][0], Answer["records"][0]];
    expect(weighed.lossCT).toBe(without.lossCT);
    expect(weighed.lossSQ).toBeGreaterThan(0);
    expect(weighed.loss).toBeCloseTo(without.loss + 0.5 * weighed.lossSQ, 5);
  });
});

/** Writes a file of a recipe, or changes what a `diff` shows; each place must be there, and once. */
function edit(path: string, kind: string | undefined, body: string): void {
  if (kind === "ts") {
    writeFileSync(path, body);
    return;
  }
  const lines = body.trimEnd().split("\n");
  const side = (sign: "-" | "+") =>
    lines
      .filter((line) => line.startsWith(" ") || line.startsWith(sign))
      .map((line) => line.slice(1))
      .join("\n");
  const text = readFileSync(path, "utf8");
  const [before, after] = [side("-"), side("+")];
  if (text.split(before).length !== 2) throw new Error(`${path} does not have this once:\n${before}`);
  writeFileSync(
    path,
    text.replace(before, () => after),
  );
}
