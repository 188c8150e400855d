import { type Displayable, type NotebookResult, type ReportSummary, table } from "../report";

/** One notebook of a run: its entry in `summary.json`, or a note that it was never started. */
export type NotebookReport = ReportSummary | { readonly name: string; readonly status: "not begun" };

export interface ReportsRun {
  /** Whether every notebook ran to its end and its page is written. */
  readonly ok: boolean;
  /** Path of `index.html`. */
  readonly index: string;
  /** The notebooks, in the order requested. */
  readonly notebooks: readonly NotebookReport[];
}

/** A row for each notebook: code cells, seconds, status. */
export function reportsTable({ notebooks }: ReportsRun): Displayable {
  const rows = notebooks.map((one) => {
    if (one.status === "not begun") return { notebook: one.name, cells: null, seconds: null, status: one.status };
    const { name, cells, seconds, status, kept } = one;
    return { notebook: name, cells, seconds, status: kept === undefined ? String(status) : `${status}, kept` };
  });
  const columns = { notebook: {}, cells: {}, seconds: { digits: 1 } };
  return table(rows, { id: "reports", caption: "Reports", columns });
}

/** A failed cell as a terminal shows it: its source and its error. */
export function failureText(result: NotebookResult): string {
  const cell = result.failedCell === undefined ? undefined : result.notebook.cells[result.failedCell];
  const source = [cell?.source ?? []].flat().join("");
  const where = result.failedCell === undefined ? result.name : `${result.name}, cell ${result.failedCell + 1}`;
  const error = result.error === undefined ? result.status : `${result.error.ename}: ${result.error.evalue}`;
  const hint = result.status !== "failed" ? "" : "(with --watch a mended notebook goes on at this cell)\n";
  return `\n${where} did not end well: ${error}\n${source.replace(/^/gm, "    ")}\n${hint}`;
}
