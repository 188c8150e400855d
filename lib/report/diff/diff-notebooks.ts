import type { ICodeCell, INotebookContent } from "@jupyterlab/nbformat";
import { isCodeCell, multiline, outputsOf } from "../notebook-result";
import { diffOutputs, type OutputDiff } from "./diff-outputs";
import type { Tolerance } from "./diff-values";

/** One code cell in two executions; `a` and `b` are its indices among all cells of each. */
export interface CellDiff {
  readonly a?: number | undefined;
  readonly b?: number | undefined;
  readonly sourceA: string;
  readonly sourceB: string;
  readonly outputs: readonly OutputDiff[];
}

export interface NotebookDiff {
  readonly name: string;
  /** Set when one of the two is missing or did not run to its end. */
  readonly note?: string | undefined;
  readonly cells: readonly CellDiff[];
  /** Count of numbers compared. */
  readonly numbers: number;
  /** Count of differences beyond the tolerance, including missing cells and changed code. */
  readonly changes: number;
  /** The largest relative difference of two numbers that counts, or would with a smaller tolerance. */
  readonly largest: number;
}

type Entry = { index: number; cell: ICodeCell };

/** The differences between two executions of a notebook, cell by cell and number by number. */
export function diffNotebooks(
  name: string,
  a: INotebookContent,
  b: INotebookContent,
  tolerance: Tolerance,
): NotebookDiff {
  const cells = align(codeOf(a), codeOf(b)).map(([one, other]): CellDiff => {
    const outputs =
      one === undefined || other === undefined
        ? []
        : diffOutputs(outputsOf(one.cell), outputsOf(other.cell), tolerance);
    return { a: one?.index, b: other?.index, sourceA: text(one), sourceB: text(other), outputs };
  });
  const all = cells.flatMap((cell) => cell.outputs);
  const differences = all.flatMap((output) => output.differences);
  const relative = differences.map((it) => it.relative ?? 0);
  return {
    name,
    cells,
    numbers: all.reduce((sum, output) => sum + output.numbers, 0),
    changes: differences.filter((it) => it.counts).length + cells.filter(hasOtherCode).length,
    largest: relative.reduce((most, it) => Math.max(most, it), 0),
  };
}

export function hasOtherCode(cell: CellDiff): boolean {
  return cell.sourceA !== cell.sourceB || cell.a === undefined || cell.b === undefined;
}

/** Pairs of cells with the same text or id, aligned as a longest common subsequence. */
function align(a: readonly Entry[], b: readonly Entry[]): [Entry | undefined, Entry | undefined][] {
  const fits = (one: Entry, other: Entry) =>
    text(one) === text(other) || (one.cell.id && one.cell.id === other.cell.id);
  const best = Array.from({ length: a.length + 1 }, () => new Array<number>(b.length + 1).fill(0));
  const at = (i: number, j: number) => best[i]?.[j] ?? 0;
  for (let i = a.length - 1; i >= 0; i--)
    for (let j = b.length - 1; j >= 0; j--) {
      const [one, other] = [a[i], b[j]];
      const both = one && other && fits(one, other) ? at(i + 1, j + 1) + 1 : 0;
      (best[i] as number[])[j] = Math.max(both, at(i + 1, j), at(i, j + 1));
    }
  const pairs: [Entry | undefined, Entry | undefined][] = [];
  for (let i = 0, j = 0; i < a.length || j < b.length; ) {
    const [one, other] = [a[i], b[j]];
    if (one && other && fits(one, other) && at(i, j) === at(i + 1, j + 1) + 1) {
      pairs.push([one, other]);
      i++;
      j++;
    } else if (other === undefined || (one !== undefined && at(i + 1, j) >= at(i, j + 1))) {
      pairs.push([one, undefined]);
      i++;
    } else {
      pairs.push([undefined, other]);
      j++;
    }
  }
  return pairs;
}

function codeOf(notebook: INotebookContent): Entry[] {
  return notebook.cells.flatMap((cell, index) =>
    isCodeCell(cell) && multiline(cell.source).trim() !== "" ? [{ index, cell }] : [],
  );
}

function text(entry: Entry | undefined): string {
  return entry === undefined ? "" : multiline(entry.cell.source);
}
