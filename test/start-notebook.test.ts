import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { executeNotebook } from "../lib/notebook";
import { writeReports } from "../lib/report";
import { temporaryFolder } from "./temporary-folder";

const notebook = join(__dirname, "../notebooks/00-start.ipynb");
const folder = temporaryFolder();

describe("the notebook 00-start, with the preset smoke", () => {
  it("runs every cell in a folder outside the checkout and becomes one page with its tables and figures", async () => {
    const run = await executeNotebook(notebook, {
      cwd: folder,
      parameters: { preset: "smoke" },
      timeout: 280,
    });
    expect(run.error).toBeUndefined();
    expect(run.status).toBe("ok");
    const { reports } = await writeReports([{ ...run, name: "00-start", failedCell: run.failedCell?.index }], folder);
    expect(reports.map(({ status }) => status)).toEqual(["ok"]);
    const page = await readFile(join(folder, "00-start.html"), "utf8");
    const ids = [
      "first-images",
      "masks",
      "noise-levels",
      "parameters",
      "objective",
      "first-step",
      "loss-curves",
      "probe",
    ];
    for (const id of ids) expect(page, id).toContain(`id="${id}"`);
    for (const row of ["raw pixels", "untrained encoder", "I-JEPA", "N-JEPA"]) expect(page).toContain(row);
    const texts = run.notebook.cells.flatMap((cell) => JSON.stringify(cell.outputs ?? []));
    expect(texts.filter((text) => /\bNaN\b/.test(text))).toEqual([]);
    expect(page.length).toBeLessThan(2_000_000);
  });
});
