import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { presets } from "../../lib/config";
import { studies } from "../../lib/study";

const folder = join(__dirname, "../../notebooks");
const names = readdirSync(folder).filter((name) => name.endsWith(".ipynb") && name !== "00-start.ipynb");

interface Cell {
  cell_type: string;
  id: string;
  source: string[];
  metadata: { tags?: string[] };
  outputs?: unknown[];
}

const cellsOf = (name: string) => JSON.parse(readFileSync(join(folder, name), "utf8")).cells as Cell[];

describe("the tables' notebooks", () => {
  it("are one for each study", () => {
    expect(names.map((name) => name.replace(/^\d+-|\.ipynb$/g, "")).sort()).toEqual(Object.keys(studies).sort());
  });

  it.each(names)("%s says what it asks, costs and the paper found, and leaves the work to the study", (name) => {
    const cells = cellsOf(name);
    const [first] = cells;
    const text = first?.source.join("") ?? "";
    for (const part of ["**The question.**", "**The paper.**", "**What it costs.**"]) expect(text).toContain(part);
    const code = cells.filter(({ cell_type }) => cell_type === "code");
    const parameters = code.filter(({ metadata }) => metadata.tags?.includes("parameters"));
    expect(parameters.length).toBe(1);
    for (const preset of Object.keys(presets)) {
      expect(text).toContain(preset);
      expect(parameters[0]?.source.join("")).toContain(`"${preset}"`);
    }
    const all = code.map(({ source }) => source.join("")).join("\n");
    expect(all).toContain(`njepa.openStudy("${name.replace(/^\d+-|\.ipynb$/g, "")}", { preset })`);
    expect(all).toMatch(/njepa\.conclude\(results\)\.text|njepa\.compareRecords/);
    for (const { source, outputs } of code) {
      expect(source.length).toBeLessThanOrEqual(10);
      expect(source.join("")).not.toMatch(/\bfor \(|\bwhile \(|\bfunction\b/);
      expect(outputs).toEqual([]);
    }
  });
});
