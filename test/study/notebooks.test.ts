import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { studyPresets } from "../../lib/config";
import { openStudy, shownPreset, studies, studyNotebook, studyResults } from "../../lib/study";
import { temporaryFolder } from "../temporary-folder";

const folder = join(__dirname, "../../notebooks");
const names = readdirSync(folder).map((name) => name.replace(/\.ipynb$/, ""));

describe("the tables' notebooks", () => {
  it("are one for each study", () => {
    expect(Object.keys(studies).filter((name) => !names.includes(name))).toEqual([]);
  });

  // Checkpoints, noise readings and Figure 5 are ours to ask; nobody has trained them at any preset yet.
  const ofThePaper = Object.keys(studies).filter((name) => /^(table-|figure-4|health-|learned)/.test(name));

  it.each(ofThePaper)("%s has numbers without a training: it is published at the preset shown", async (name) => {
    const study = openStudy(name, { preset: shownPreset(name) });
    const { cells } = await studyResults(study, { store: temporaryFolder() });
    const trained = new Set(study.config.rows.flatMap((row) => (row.source === "trained" ? [row.name] : [])));
    // I-JEPA of as many operations is the one row that nobody has trained yet.
    const bare = cells.filter(({ row, seeds }) => trained.has(row) && seeds.length === 0).map(({ row }) => row);
    expect(bare.filter((row) => row !== "I-JEPA, as many operations")).toEqual([]);
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
