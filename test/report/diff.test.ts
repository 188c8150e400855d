import path from "node:path";
import type { INotebookContent, IOutput } from "@jupyterlab/nbformat";
import { beforeAll, describe, expect, it } from "vitest";
import { diffHtml, diffNotebooks, diffReports, figure, table, writeReports } from "../../lib/report";
import { compareText, relativeDifference } from "../../lib/report/diff/diff-values";
import { temporaryFolder } from "../temporary-folder";
import { codeCell, notebookOf, shownOutput, stream } from "./sample-notebook";

const exact = { relative: 0, strict: false };
const results = async (accuracy: number, seconds: number, extra: object[] = []) =>
  shownOutput(
    table([{ method: "N-JEPA", accuracy: { value: accuracy, spread: 0.5, n: 3 }, fit: seconds }, ...(extra as [])], {
      id: "t",
      caption: "Results",
      columns: { method: {}, accuracy: { unit: "%" }, fit: { unit: "s" } },
    }),
  );
const notebook = async (accuracy: number, seconds = 1): Promise<INotebookContent> =>
  notebookOf([
    codeCell("const a = 1", [stream(`loss 0.5 after ${seconds} s\n`)]),
    codeCell("show(t)", [await results(accuracy, seconds)]),
  ]);

describe("relativeDifference", () => {
  it("is a share of the larger number, by hand", () => {
    expect(relativeDifference(90, 100)).toBeCloseTo(0.1, 12);
    expect(relativeDifference(-1, 1)).toBe(2);
    expect(relativeDifference(0, 0)).toBe(0);
    expect(relativeDifference(Number.NaN, Number.NaN)).toBe(0);
    expect(relativeDifference(1, Number.POSITIVE_INFINITY)).toBe(Number.POSITIVE_INFINITY);
  });
});

describe("compareText", () => {
  it("wants equal words, near numbers, and lets times and rates go", () => {
    const differences = (a: string, b: string) =>
      compareText("text", a, b, { relative: 0.01, strict: false }).differences;
    expect(differences("loss 0.500, 12 s", "loss 0.501, 3 min").filter((it) => it.counts)).toEqual([]);
    expect(differences("loss 0.500", "loss 0.600")).toMatchObject([{ where: "text, number 1", counts: true }]);
    expect(differences("640 images/s", "320 images/s")).toMatchObject([{ counts: false }]);
    expect(differences("loss 0.5", "gain 0.5")).toMatchObject([{ a: "loss 0.5", b: "gain 0.5", counts: true }]);
  });
});

describe("diffNotebooks", () => {
  it("finds two executions of one notebook the same, whatever time they took", async () => {
    const diff = diffNotebooks("n", await notebook(70, 1), await notebook(70, 2), exact);
    // 0.5 and the seconds in the text; accuracy, spread and seconds in the table
    expect(diff).toMatchObject({ numbers: 5, changes: 0 });
    const strict = diffNotebooks("n", await notebook(70, 1), await notebook(70, 2), { relative: 0, strict: true });
    expect(strict.changes).toBe(2);
  });

  it.each([
    ["image/jpeg", "AAAA", "BBBB", 0],
    ["text/markdown", "loss 1", "loss 2", 1],
    ["text/latex", "$1$", "$2$", 1],
    ["application/json", { loss: 1, step: 3 }, { loss: 2, step: 3 }, 2],
  ])("finds what changed in %s behind the same text", (mime, one, other, numbers) => {
    const shown = (value: unknown) =>
      ({ output_type: "display_data", data: { "text/plain": "it", [mime]: value }, metadata: {} }) as IOutput;
    const [a, b] = [notebookOf([codeCell("it", [shown(one)])]), notebookOf([codeCell("it", [shown(other)])])];
    expect(diffNotebooks("n", a, b, exact)).toMatchObject({
      changes: 1,
      numbers,
    });
  });

  it("finds one changed number in a table, unless the tolerance allows it", async () => {
    const [a, b] = [await notebook(70), await notebook(70.007)];
    const diff = diffNotebooks("n", a, b, exact);
    expect(diff.changes).toBe(1);
    expect(diff.largest).toBeCloseTo(0.007 / 70.007, 10);
    expect(diff.cells[1]?.outputs[0]).toMatchObject({
      what: "table t",
      differences: [{ where: "row 1, accuracy", a: "70", b: "70.007", counts: true }],
    });
    expect(diffNotebooks("n", a, b, { relative: 1e-3, strict: false }).changes).toBe(0);
    expect(diffNotebooks("n", a, b, { relative: 1e-5, strict: false }).changes).toBe(1);
  });

  it("counts a missing row, a missing table, other code and a missing cell", async () => {
    const a = await notebook(70);
    const shorter = notebookOf(a.cells.slice(0, 1));
    expect(diffNotebooks("n", a, shorter, exact)).toMatchObject({ changes: 1, cells: [{ a: 0, b: 0 }, { a: 1 }] });
    const row = notebookOf([a.cells[0] as never, codeCell("show(t)", [await results(70, 1, [{ method: "new" }])])]);
    expect(diffNotebooks("n", a, row, exact).changes).toBe(1);
    const empty = notebookOf([a.cells[0] as never, codeCell("show(t)", [])]);
    expect(diffNotebooks("n", a, empty, exact).changes).toBe(1);
    const inserted = notebookOf([codeCell("new()"), ...a.cells]);
    expect(diffNotebooks("n", a, inserted, exact)).toMatchObject({
      changes: 1,
      cells: [{ b: 0 }, { a: 0, b: 1 }, { a: 1, b: 2 }],
    });
  });

  it("compares figures by their data", async () => {
    const drawn = async (y: number) => {
      const spec = {
        data: { values: [{ x: 1, y }] },
        mark: "point",
        encoding: { y: { field: "y", type: "quantitative" } },
      };
      return notebookOf([codeCell("f", [await shownOutput(figure(spec as never, { id: "f", caption: "F" }))])]);
    };
    expect(diffNotebooks("n", await drawn(1), await drawn(1), exact).changes).toBe(0);
    const { cells } = diffNotebooks("n", await drawn(1), await drawn(2), exact);
    expect(cells[0]?.outputs[0]?.differences).toMatchObject([
      { where: "data.values.0.y", a: "1", b: "2", relative: 0.5 },
    ]);
  });
});

describe("diffReports and diffHtml", () => {
  let folder: string;
  beforeAll(async () => {
    folder = temporaryFolder();
    const write = async (out: string, name: string, accuracy: number) =>
      writeReports([{ name, notebook: await notebook(accuracy), status: "ok", seconds: 1 }], path.join(folder, out));
    await write("a", "one", 70);
    await write("b", "one", 71);
    await write("b", "two", 71);
  });

  it("pairs notebooks by name and shows both numbers where they differ", async () => {
    const diffs = await diffReports(path.join(folder, "a"), path.join(folder, "b"), exact);
    expect(diffs).toMatchObject([
      { name: "one", changes: 1 },
      { name: "two", note: "only in B", changes: 1 },
    ]);
    const page = diffHtml(diffs, { a: "<a>", b: "b" }, exact);
    expect(page).toContain("<del>70.0 ± 0.5</del> <ins>71.0 ± 0.5</ins>");
    expect(page).toContain("A is &lt;a&gt;");
    expect(page).toContain("1 of 2 code cells gave the same.");
  });

  it("refuses a folder without reports", async () => {
    await expect(diffReports(folder, path.join(folder, "b"), exact)).rejects.toThrow(/has no reports/);
  });
});
