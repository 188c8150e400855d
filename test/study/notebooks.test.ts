import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { studyPresets } from "../../lib/config";
import { studies, studyNotebook } from "../../lib/study";

const folder = join(__dirname, "../../notebooks");
const names = readdirSync(folder).map((name) => name.replace(/\.ipynb$/, ""));

describe("the tables' notebooks", () => {
  it("are one for each study", () => {
    expect(Object.keys(studies).filter((name) => !names.includes(name))).toEqual([]);
  });

  it.each(Object.keys(studies))("%s is what its study says: npm run study -- notebook writes it", (name) => {
    const written = readFileSync(join(folder, `${name}.ipynb`), "utf8");
    expect(JSON.parse(written)).toEqual(studyNotebook(name));
  });

  it.each(Object.keys(studies))(
    "%s says what it asks, costs and the paper found, and leaves the work to the study",
    (name) => {
      const cells = studyNotebook(name).cells as { cell_type: string; source: string[] }[];
      const text = cells.map(({ source }) => source.join("")).join("\n");
      for (const part of ["**The question.**", "**The paper.**", "**What it costs.**"]) expect(text).toContain(part);
      for (const preset of studyPresets) expect(text).toContain(`| \`${preset}\` |`);
      for (const { source } of cells.filter(({ cell_type }) => cell_type === "code")) {
        expect(source.length).toBeLessThanOrEqual(10);
        expect(source.join("")).not.toMatch(/\bfor \(|\bwhile \(|\bfunction\b/);
      }
    },
  );
});
