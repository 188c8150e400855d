import path from "node:path";
import {
  findKept,
  type NotebookInputs,
  type NotebookParameters,
  type NotebookProgress,
  NotebookSession,
  readNotebook,
  withParameters,
} from "njepa/notebook";
import type { NotebookResult, NotebookStatus } from "njepa/report";
import { formatSeconds } from "njepa/system";
import type { Board } from "./report-board";

/** One notebook that is to be executed. */
export interface ReportJob {
  readonly file: string;
  /** What its page is called: the file without folder and ending. */
  readonly name: string;
  readonly parameters: NotebookParameters;
}

export interface JobOptions {
  readonly out: string;
  readonly timeout: number;
  readonly cellTimeout: number;
  /** Execute also what has not changed since its last execution. */
  readonly force: boolean;
  /** Sessions stay open here, by the name of their notebook, so that a mended one can go on. */
  readonly sessions?: Map<string, NotebookSession>;
  /** Kernels that are ending while the page is made; to be waited for in the end. */
  readonly closing: Set<Promise<void>>;
}

/** Its cells are done: a kernel that is asked to end has this long for what they left behind. */
const lastSeconds = 0.5;

/** What came of a notebook, and when; `executed` after an execution only. */
export interface JobEnd {
  readonly result: NotebookResult;
  readonly started: string;
  readonly finished: string;
  readonly executed?: { readonly inputs: NotebookInputs | undefined };
}

/**
 * What a notebook gives: the kept outputs of its last execution if nothing has changed that they are made of, else those of
 * an execution. A kernel that does not start and a file that cannot be read are results too.
 */
export async function endJob(job: ReportJob, options: JobOptions, board: Board): Promise<JobEnd> {
  const { file, name } = job;
  const started = new Date().toISOString();
  let notebook = emptyNotebook;
  const fail = (status: NotebookStatus, error: Error): JobEnd => {
    const failure = { ename: error.name, evalue: error.message };
    const finished = new Date().toISOString();
    const seconds = (Date.parse(finished) - Date.parse(started)) / 1000;
    return { result: { name, notebook, status, seconds, error: failure }, started, finished };
  };
  try {
    notebook = withParameters(await readNotebook(file), job.parameters);
  } catch (error) {
    if (error instanceof Error && ["DecodeError", "ConfigError"].includes(error.name)) return fail("unreadable", error);
    throw error;
  }
  const kept = options.force || options.sessions?.has(name) ? "" : await findKept(options.out, name, notebook);
  if (typeof kept !== "string") {
    board.note(
      name,
      `${name}  unchanged since it ran on ${sayTime(kept.finished)}: outputs kept (--force executes it)`,
    );
    const { seconds, started, finished } = kept;
    return { result: { name, notebook: kept.notebook, status: "ok", seconds, kept: finished }, started, finished };
  }
  if (kept !== "" && kept !== "it has not run before") board.note(name, `${name}  is executed, because ${kept}`);
  try {
    return await execute(job, notebook, options, board, started);
  } catch (error) {
    if (error instanceof Error && error.name === "KernelError") return fail("dead", error);
    throw error;
  }
}

async function execute(
  job: ReportJob,
  notebook: NotebookResult["notebook"],
  options: JobOptions,
  board: Board,
  started: string,
): Promise<JobEnd> {
  const session = await sessionFor(job, notebook, options, board);
  try {
    const run = await session.run(notebook);
    const result = { ...run, name: job.name, failedCell: run.failedCell?.index };
    return { result, started, finished: new Date().toISOString(), executed: { inputs: session.inputs() } };
  } finally {
    if (options.sessions === undefined) options.closing.add(session.close(lastSeconds));
  }
}

/** The session that has run the cells before, where it can go on; else a new one, and a word why. */
async function sessionFor(
  { file, name }: ReportJob,
  notebook: NotebookResult["notebook"],
  { sessions, timeout, cellTimeout }: JobOptions,
  board: Board,
): Promise<NotebookSession> {
  const open = sessions?.get(name);
  const objection = open?.objection(notebook);
  if (open !== undefined && objection === undefined) return open;
  if (open !== undefined) board.note(name, `${name}  starts over, because ${objection}`);
  await open?.close();
  board.update(name, { state: "starts" }, `${name}  starting the kernel`);
  const onProgress = (event: NotebookProgress) => tell(name, event, board);
  const cwd = path.dirname(path.resolve(file));
  const session = await NotebookSession.open(cwd, { timeout, cellTimeout, onProgress, trackInputs: true });
  sessions?.set(name, session);
  return session;
}

/** `23 Nov 15:02`, as the page says it: UTC. */
export function sayTime(iso: string): string {
  return `${iso.slice(0, 10)} ${iso.slice(11, 16)} UTC`;
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
  const hint = result.status !== "failed" ? "" : "(with --watch a mended notebook goes on at this cell)\n";
  return `\n${where} did not end well: ${error}\n${source.replace(/^/gm, "    ")}\n${hint}`;
}
