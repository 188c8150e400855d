import path from "node:path";
import type { ICodeCell, INotebookContent } from "@jupyterlab/nbformat";
import { CellOutputs, DisplayRegistry } from "./cell-outputs";
import type { CellFailure } from "./failure";
import { type Execution, type Kernel, type KernelOptions, startKernel } from "./kernel";
import { hasTag, isCode, joined, readNotebook, writeNotebook } from "./notebook-file";
import { type NotebookParameters, withParameters } from "./parameters";
import { wait } from "./within";

export interface NotebookOptions {
  /** Values for what the cell tagged `parameters` declares. */
  parameters?: NotebookParameters;
  /** Seconds that one cell may run. Default: no limit. */
  cellTimeout?: number;
  /** Seconds that the whole notebook may run, the kernel's start included. Default: no limit. */
  timeout?: number;
  /** Seconds that an interrupted cell has to end before its kernel is killed. Default 5. */
  grace?: number;
  onProgress?: (progress: NotebookProgress) => void;
  /** Seconds between two `running` or `starting` events while nothing ends. Default 2. */
  progressEvery?: number;
  /** Folder that the kernel runs in. Default: the notebook's. */
  cwd?: string;
  /** Where the executed notebook is written, whatever its status. Default: nowhere. */
  output?: string;
  kernel?: Omit<KernelOptions, "cwd">;
}

/** What is going on: `cell` counts code cells from 1, `of` is how many there are. */
export type NotebookProgress =
  | { kind: "starting"; seconds: number }
  | { kind: "cell-started"; cell: number; of: number; index: number; firstLine: string }
  | { kind: "cell-running"; cell: number; of: number; index: number; seconds: number; text?: string }
  | { kind: "cell-finished"; cell: number; of: number; index: number; seconds: number; status: Execution["status"] };

export type NotebookStatus = "ok" | "failed" | "timeout" | "dead";

export interface NotebookRun {
  /** nbformat 4.5 with what came out, up to and with the cell that failed. */
  notebook: INotebookContent;
  status: NotebookStatus;
  /** The cell that ended the run: its place among all cells, from 0, and its text. */
  failedCell?: { index: number; source: string };
  error?: CellFailure;
  seconds: number;
}

/**
 * Runs a notebook's code cells in order on a fresh kernel and returns it with their outputs.
 *
 * It stops at the first cell that throws (unless tagged `raises-exception`), runs over its limit or loses its kernel; that is
 * told by `status`, and everything up to there is kept.
 *
 * @throws {DecodeError} when the file is not a TypeScript notebook
 * @throws {ConfigError} when the parameters are not those of the notebook
 * @throws {KernelError} when the kernel does not start
 */
export async function executeNotebook(file: string, options: NotebookOptions = {}): Promise<NotebookRun> {
  const start = performance.now();
  const seconds = () => (performance.now() - start) / 1000;
  const notebook = withParameters(await readNotebook(file), options.parameters ?? {});
  const cells = notebook.cells.map((cell) => (isCode(cell) ? { ...cell, outputs: [], execution_count: null } : cell));
  const run: NotebookRun = { notebook: { ...notebook, cells }, status: "ok", seconds: 0 };
  const kernel = await startFor(file, options, seconds);
  try {
    await runCells(run, kernel, options, seconds);
  } finally {
    await kernel.shutdown();
  }
  run.seconds = seconds();
  if (options.output !== undefined) await writeNotebook(options.output, run.notebook);
  return run;
}

async function startFor(file: string, options: NotebookOptions, seconds: () => number): Promise<Kernel> {
  const startTimeout = Math.min(options.kernel?.startTimeout ?? 60, options.timeout ?? Number.POSITIVE_INFINITY);
  const ticking = setInterval(
    () => options.onProgress?.({ kind: "starting", seconds: seconds() }),
    1000 * (options.progressEvery ?? 2),
  );
  try {
    return await startKernel({ ...options.kernel, startTimeout, cwd: options.cwd ?? path.dirname(path.resolve(file)) });
  } finally {
    clearInterval(ticking);
  }
}

async function runCells(
  run: NotebookRun,
  kernel: Kernel,
  options: NotebookOptions,
  seconds: () => number,
): Promise<void> {
  const displays = new DisplayRegistry();
  const code = [...run.notebook.cells.entries()].filter(
    (entry): entry is [number, ICodeCell] => isCode(entry[1]) && joined(entry[1].source).trim() !== "",
  );
  for (const [position, [index, cell]] of code.entries()) {
    const place = { cell: position + 1, of: code.length, index };
    const left = (options.timeout ?? Number.POSITIVE_INFINITY) - seconds();
    const limit = Math.max(0, Math.min(options.cellTimeout ?? Number.POSITIVE_INFINITY, left));
    const execution = await runCell(cell, kernel, new CellOutputs(displays), place, limit, options);
    const goesOn = execution.status === "ok" || (execution.status === "error" && hasTag(cell, "raises-exception"));
    if (goesOn) continue;
    run.status = execution.status === "timeout" || execution.status === "dead" ? execution.status : "failed";
    run.failedCell = { index, source: joined(cell.source) };
    if (execution.failure !== undefined) run.error = execution.failure;
    return;
  }
}

async function runCell(
  cell: ICodeCell,
  kernel: Kernel,
  outputs: CellOutputs,
  place: { cell: number; of: number; index: number },
  timeout: number,
  options: NotebookOptions,
): Promise<Execution> {
  const source = joined(cell.source);
  const begun = performance.now();
  const report = options.onProgress ?? (() => {});
  report({ kind: "cell-started", ...place, firstLine: source.trim().split("\n", 1)[0] ?? "" });
  const ticking = setInterval(
    () => {
      const text = outputs.latest === undefined ? {} : { text: outputs.latest };
      report({ kind: "cell-running", ...place, seconds: (performance.now() - begun) / 1000, ...text });
    },
    1000 * (options.progressEvery ?? 2),
  );
  cell.outputs = outputs.list; // what comes after the cell's end still reaches it
  try {
    const execution = await executeUnlessAborted(kernel, source, outputs, timeout, options);
    cell.execution_count = execution.executionCount;
    cell.metadata = {
      ...cell.metadata,
      execution: { ...outputs.times, "shell.execute_reply": new Date().toISOString() },
    };
    if (execution.failure !== undefined) execution.failure = told(execution, outputs);
    report({ kind: "cell-finished", ...place, seconds: execution.seconds, status: execution.status });
    return execution;
  } finally {
    clearInterval(ticking);
  }
}

/** A kernel may turn a cell away because an earlier one failed a moment ago: then it did not run, and is asked for again. */
async function executeUnlessAborted(
  kernel: Kernel,
  source: string,
  outputs: CellOutputs,
  timeout: number,
  options: NotebookOptions,
): Promise<Execution> {
  const grace = options.grace === undefined ? {} : { grace: options.grace };
  for (let attempt = 1; ; attempt++) {
    const execution = await kernel.execute(source, { timeout, ...grace, onOutput: (message) => outputs.add(message) });
    if (execution.status !== "aborted") return execution;
    if (attempt === 20) {
      const evalue = "the kernel turned the cell away 20 times";
      return { ...execution, failure: { ename: "Aborted", evalue, traceback: [`Aborted: ${evalue}`] } };
    }
    await wait(0.1);
  }
}

/** The failure as the notebook tells it: an error output at the end, made here where the kernel sent none. */
function told(execution: Execution, outputs: CellOutputs): CellFailure {
  const failure = execution.failure ?? { ename: "Error", evalue: "the cell failed", traceback: [] };
  const sent = outputs.list.some((output) => output.output_type === "error");
  if (execution.status !== "error") {
    // The kernel's own word for it, "interrupted", says less than ours.
    const place = outputs.list.findIndex((output) => output.output_type === "error");
    if (place >= 0) outputs.list.splice(place, 1);
    outputs.fail(failure);
    return failure;
  }
  if (sent) return failure;
  const lines = outputs.stderr.trimEnd().split("\n");
  const [, ename, evalue] = lines.join("\n").match(/^(?:Uncaught )?(\w*Error): (.*)$/m) ?? [];
  const rebuilt = { ename: ename ?? "Error", evalue: (evalue ?? lines[0]) || failure.evalue, traceback: lines };
  outputs.fail(rebuilt);
  return rebuilt;
}
