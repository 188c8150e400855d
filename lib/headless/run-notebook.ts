import path from "node:path";
import {
  findKept,
  type NotebookInputs,
  type NotebookProgress,
  NotebookSession,
  readNotebook,
  withParameters,
} from "../notebook";
import type { NotebookResult, NotebookStatus } from "../report";
import { formatSeconds } from "../system";
import type { Board } from "./board";
import type { ReportJob } from "./jobs";
import type { ReportPlan } from "./plan";

export interface RunNotebookOptions extends Pick<ReportPlan, "out" | "timeout" | "cellTimeout" | "force" | "signal"> {
  /** Sessions kept open, by notebook name, so that a corrected notebook can resume. */
  readonly sessions?: Map<string, NotebookSession> | undefined;
  /** Kernels that are ending while the page is made; waited for at the end. */
  readonly closing: Set<Promise<void>>;
}

/** Seconds that a kernel whose cells are done has to end, along with anything they left behind. */
const lastSeconds = 0.5;

const stopError = { ename: "Stopped", evalue: "somebody ended the run while this cell was running" };

const emptyNotebook: NotebookResult["notebook"] = {
  nbformat: 4,
  nbformat_minor: 5,
  metadata: {} as NotebookResult["notebook"]["metadata"],
  cells: [],
};

/** The outcome of a notebook, and when it ended; `executed` only after an execution. */
export interface NotebookEnd {
  readonly result: NotebookResult;
  readonly started: string;
  readonly finished: string;
  readonly executed?: { readonly inputs: NotebookInputs | undefined };
}

/**
 * The outcome of a notebook: the outputs of its last execution if nothing they depend on has changed, else those of a
 * new one. A kernel that does not start and a file that cannot be read are outcomes too.
 */
export async function runNotebook(job: ReportJob, options: RunNotebookOptions, board: Board): Promise<NotebookEnd> {
  const { file, name } = job;
  const started = new Date().toISOString();
  let notebook = emptyNotebook;
  const fail = (status: NotebookStatus, error: Error): NotebookEnd => {
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
    const when = `${kept.finished.slice(0, 10)} ${kept.finished.slice(11, 16)} UTC`; // as the page says it
    board.note(name, `${name}  unchanged since it ran on ${when}: outputs kept (--force executes it)`);
    const { seconds, started, finished } = kept;
    return { result: { name, notebook: kept.notebook, status: "ok", seconds, kept: finished }, started, finished };
  }
  if (kept !== "" && kept !== "it has not run before") board.note(name, `${name}  is executed, because ${kept}`);
  try {
    return unlessStopped(await execute(job, notebook, options, board, started), options.signal);
  } catch (error) {
    if (!(error instanceof Error && error.name === "KernelError")) throw error;
    return unlessStopped(fail("dead", error), options.signal);
  }
}

/** The outcome, where a kernel that ended because the run was stopped does not count as having died. */
function unlessStopped(end: NotebookEnd, signal: AbortSignal): NotebookEnd {
  if (!signal.aborted || end.result.status !== "dead") return end;
  return { ...end, result: { ...end.result, status: "stopped", error: stopError } };
}

async function execute(
  job: ReportJob,
  notebook: NotebookResult["notebook"],
  options: RunNotebookOptions,
  board: Board,
  started: string,
): Promise<NotebookEnd> {
  const { signal, closing } = options;
  const session = await sessionFor(job, notebook, options, board);
  const stop = () => closing.add(session.close(0));
  if (signal.aborted) stop();
  else signal.addEventListener("abort", stop, { once: true });
  try {
    const run = await session.run(notebook);
    const result = { ...run, name: job.name, failedCell: run.failedCell?.index };
    const inputs = signal.aborted ? undefined : session.inputs();
    return { result, started, finished: new Date().toISOString(), executed: { inputs } };
  } finally {
    signal.removeEventListener("abort", stop);
    if (options.sessions === undefined && !signal.aborted) closing.add(session.close(lastSeconds));
  }
}

/** The session that ran the cells before, if it can resume; else a new one, and the reason. */
async function sessionFor(
  { file, name }: ReportJob,
  notebook: NotebookResult["notebook"],
  { sessions, timeout, cellTimeout }: RunNotebookOptions,
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

function tell(name: string, event: NotebookProgress, board: Board): void {
  if (event.kind === "starting") {
    board.update(name, { state: "starts" }, `${name}  starting the kernel, ${formatSeconds(event.seconds)}`);
    return;
  }
  // Cells are named as on the page, by index among all cells; the count is of those that run.
  const cell = `${event.cell} of ${event.of}`;
  const place = `${name}  cell ${event.index + 1} (${cell})`;
  if (event.kind === "cell-running") {
    const text = `${formatSeconds(event.seconds)}  ${event.text ?? ""}`;
    board.update(name, { state: "runs", cell, text }, `${place}  ${text}`);
  } else if (event.kind === "cell-finished") {
    board.note(name, `${place}  ${event.status}  ${formatSeconds(event.seconds)}`, { quiet: true });
  } else if (board.drawn) {
    board.update(name, { state: "runs", cell, text: event.firstLine }, place);
  }
}
