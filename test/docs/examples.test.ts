import { execFile } from "node:child_process";
import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { promisify } from "node:util";
import { transform } from "esbuild";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { readExamples, sectionsOf } from "../../lib/site";

const root = join(__dirname, "../..");
const folder = join(root, "docs/examples");
const files = readdirSync(folder).filter((file) => file.endsWith(".ts"));

/** What the comments of a file say that it prints: `// → 7`. */
const expected = (file: string) =>
  [...readFileSync(join(folder, file), "utf8").matchAll(/\/\/ → (.*)$/gm)].map(([, text]) => text as string);

describe("the examples of the API", () => {
  const compiled = join(root, "build/examples");
  let printed: Record<string, string[]>;

  beforeAll(async () => {
    rmSync(compiled, { recursive: true, force: true });
    mkdirSync(compiled, { recursive: true });
    for (const file of files) {
      const { code } = await transform(readFileSync(join(folder, file), "utf8"), { loader: "ts", format: "esm" });
      writeFileSync(join(compiled, file.replace(/ts$/, "mjs")), code);
    }
    const modules = files.map((file) => join(compiled, file.replace(/ts$/, "mjs")));
    const { stdout } = await promisify(execFile)(process.execPath, [join(__dirname, "run-examples.mjs"), ...modules], {
      maxBuffer: 2 ** 26,
    });
    printed = JSON.parse(stdout.trim().split("\n").at(-1) as string);
  }, 600_000);
  afterAll(() => rmSync(compiled, { recursive: true, force: true }));

  it.each(files)("%s prints what its comments say", (file) => {
    const lines = printed[file.replace(/ts$/, "mjs")] ?? [];
    expect(lines.filter((line) => line.startsWith("threw "))).toEqual([]);
    expect(matches(expected(file), lines), `it printed\n${lines.join("\n")}`).toBe(true);
  });

  it("there is one for every public word of the library", () => {
    const words = new Set(readExamples(folder).flatMap((example) => example.words));
    const missing = [...sectionsOf(join(root, "lib/index.ts")).keys()].filter((word) => !words.has(word));
    expect(missing).toEqual([]);
  });

  it("there is none for a word that is not public", () => {
    const known = sectionsOf(join(root, "lib/index.ts"));
    const wrong = readExamples(folder).flatMap(({ words }) => words.filter((word) => !known.has(word)));
    expect(wrong).toEqual([]);
  });
});

/** Whether lines are those that were said: `…` stands for any lines, at the end of a text for any number of it. */
function matches(said: readonly string[], lines: readonly string[]): boolean {
  const [first, ...rest] = said;
  if (first === undefined) return lines.length === 0;
  if (first === "…")
    return Array.from({ length: lines.length + 1 }, (_, at) => at).some((at) => matches(rest, lines.slice(at)));
  if (lines[0] === undefined) return false;
  if (first.endsWith(" …")) {
    const text = first.slice(0, -2);
    const count = lines.findIndex((line) => line !== text);
    return count !== 0 && matches(rest, count < 0 ? [] : lines.slice(count));
  }
  return lines[0] === first && matches(rest, lines.slice(1));
}
