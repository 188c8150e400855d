import { executeNotebook, type NotebookParameters, type NotebookProgress, readNotebook } from "njepa/kernel";
import { formatSeconds, type NotebookResult } from "njepa/report";
import type { Board } from "./report-board";

/** One notebook that is to be executed. */
export interface ReportJob {
  readonly file: string;
  /** What its page is called: the file without folder and ending. */
  readonly name: string;
  readonly parameters: NotebookParameters;
}

export interface JobLimits {
  readonly timeout: number;
  readonly cellTimeout: number;
}

/** Executes a notebook; a kernel that does not start and a file that cannot be read are results too. */
export async function executeJob(job: ReportJob, limits: JobLimits, board: Board): Promise<NotebookResult> {
  const { file, name, parameters } = job;
  const onProgress = (event: NotebookProgress) => tell(name, event, board);
  const began = performance.now();
  board.update(name, { state: "starts" }, `${name}  starting the kernel`);
  try {
    const run = await executeNotebook(file, { ...limits, parameters, onProgress });
    return { ...run, name, failedCell: run.failedCell?.index };
  } catch (error) {
    if (!(error instanceof Error)) throw error;
    const status = error.name === "KernelError" ? "dead" : error.name === "DecodeError" ? "unreadable" : undefined;
    if (status === undefined) throw error;
    const notebook = status === "dead" ? await readNotebook(file) : emptyNotebook;
    const seconds = (performance.now() - began) / 1000;
    return { name, notebook, status, seconds, error: { ename: error.name, evalue: error.message } };
  }
}

const emptyNotebook: NotebookResult["notebook"] = {
  nbformat: 4,
  nbformat_minor: 5,
  metadata: {} as NotebookResult["notebook"]["metadata"],
  cells: [],
};

function tell(name: string, event: NotebookProgress, board: Board): void {
  if (event.kind === "starting") {
    board.update(name, { state: "starts" }, `${name}  starting the kernel, ${formatSeconds(event.seconds)}`);
    return;
  }
  // Cells are named as on the page, by their place among all cells; the count is of those that run.
  const cell = `${event.cell} of ${event.of}`;
  const place = `${name}  cell ${event.index + 1} (${cell})`;
  if (event.kind === "cell-running") {
    const text = `${formatSeconds(event.seconds)}  ${lastLine(event.text ?? "")}`;
    board.update(name, { state: "runs", cell, text }, `${place}  ${text}`);
  } else if (event.kind === "cell-finished") {
    board.note(name, `${place}  ${event.status}  ${formatSeconds(event.seconds)}`, { quiet: true });
  } else if (process.stderr.isTTY) {
    board.update(name, { state: "runs", cell, text: event.firstLine }, place);
  }
}

function lastLine(text: string): string {
  return (
    text
      .trimEnd()
      .split(/[\r\n]/)
      .at(-1) ?? ""
  );
}

/** A failed cell as the terminal shows it: its source and its error. */
export function failureText(result: NotebookResult): string {
  const cell = result.failedCell === undefined ? undefined : result.notebook.cells[result.failedCell];
  const source = [cell?.source ?? []].flat().join("");
  const where = result.failedCell === undefined ? result.name : `${result.name}, cell ${result.failedCell + 1}`;
  const error = result.error === undefined ? result.status : `${result.error.ename}: ${result.error.evalue}`;
  return `\n${where} did not end well: ${error}\n${source.replace(/^/gm, "    ")}\n`;
}
