import type { ICodeCell, INotebookContent } from "@jupyterlab/nbformat";
import type { CellFailure } from "../jupyter";
import { type Execution, type Kernel, startKernel } from "../jupyter";
import { peakResidentBytes, wait } from "../system";
import { CellOutputs, DisplayRegistry } from "./cell-outputs";
import { hasTag, isCode, joined } from "./notebook-file";
import { InputLog, type NotebookInputs } from "./notebook-inputs";
import type { NotebookOptions, NotebookRun } from "./notebook-run";

type CodeEntry = [index: number, cell: ICodeCell];
type Place = { cell: number; of: number; index: number };

/**
 * A kernel and what it has executed of a notebook. After a failed cell is corrected, it resumes at that cell, as long
 * as nothing before it has changed: the session then still holds what those cells made.
 */
export class NotebookSession {
  readonly #kernel: Kernel;
  readonly #options: NotebookOptions;
  readonly #displays = new DisplayRegistry();
  readonly #log: InputLog | undefined;
  /** The cells that succeeded, in order, with their outputs. */
  readonly #done: ICodeCell[] = [];
  #began: number;
  #alive = true;
  #peak: number | undefined;

  private constructor(kernel: Kernel, options: NotebookOptions, log: InputLog | undefined, began: number) {
    this.#kernel = kernel;
    this.#options = options;
    this.#log = log;
    this.#began = began;
  }

  /** @throws {KernelError} when the kernel does not start */
  static async open(cwd: string, options: NotebookOptions): Promise<NotebookSession> {
    const began = performance.now();
    const log = options.trackInputs ? new InputLog() : undefined;
    const ticking = setInterval(
      () => options.onProgress?.({ kind: "starting", seconds: (performance.now() - began) / 1000 }),
      1000 * (options.progressEvery ?? 2),
    );
    try {
      const startTimeout = Math.min(options.kernel?.startTimeout ?? 60, options.timeout ?? Number.POSITIVE_INFINITY);
      const env = { ...options.kernel?.env, ...log?.env };
      const kernel = await startKernel({ ...options.kernel, startTimeout, cwd, env });
      log?.begin();
      return new NotebookSession(kernel, options, log, began);
    } catch (error) {
      log?.remove();
      throw error;
    } finally {
      clearInterval(ticking);
    }
  }

  /** Why this session cannot go on with the notebook; undefined when it can. */
  objection(notebook: INotebookContent): string | undefined {
    if (!this.#alive) return "its kernel is gone";
    const code = codeCells(notebook);
    for (const [position, before] of this.#done.entries()) {
      const now = code[position];
      if (now === undefined) return `a cell that had run, the code cell ${position + 1}, is no longer there`;
      if (joined(now[1].source) !== joined(before.source))
        return `cell ${now[0] + 1}, which had run, is another one now`;
    }
    return undefined;
  }

  /**
   * Executes the code cells that have not run yet, in order; the others keep their outputs, marked with the time.
   *
   * The notebook's time limit counts from the session's start, or from this call if it resumes.
   */
  async run(notebook: INotebookContent): Promise<NotebookRun> {
    const goesOn = this.#done.length > 0;
    if (goesOn) this.#began = performance.now();
    const cells = notebook.cells.map((cell) => (isCode(cell) ? unrun(cell) : cell));
    const run: NotebookRun = { notebook: { ...notebook, cells }, status: "ok", seconds: 0 };
    const code = codeCells(run.notebook);
    for (const [position, done] of this.#done.entries()) keep(code[position]?.[1], done);
    for (const [position, [index, cell]] of code.entries()) {
      if (position < this.#done.length) continue;
      const place = { cell: position + 1, of: code.length, index };
      const execution = await this.#runCell(cell, place);
      const expected = execution.status === "error" && hasTag(cell, "raises-exception");
      if (execution.status === "ok" || expected) {
        this.#done.push(cell);
        continue;
      }
      run.status = statusOf(execution.status);
      run.failedCell = { index, source: joined(cell.source) };
      if (execution.failure !== undefined) run.error = execution.failure;
      break;
    }
    if (this.#peak !== undefined) run.peakBytes = this.#peak;
    run.seconds = this.#seconds();
    return run;
  }

  /** What the cells have touched so far; undefined if tracking is off or there is too much. */
  inputs(): NotebookInputs | undefined {
    return this.#log?.read();
  }

  /** @param grace seconds the kernel has to end by itself */
  async close(grace?: number): Promise<void> {
    this.#alive = false;
    await this.#kernel.shutdown(grace);
    this.#log?.remove();
  }

  #seconds(): number {
    return (performance.now() - this.#began) / 1000;
  }

  async #runCell(cell: ICodeCell, place: Place): Promise<Execution> {
    const { onProgress = () => {}, progressEvery = 2, cellTimeout, timeout } = this.#options;
    const outputs = new CellOutputs(this.#displays);
    const source = joined(cell.source);
    const begun = performance.now();
    onProgress({ kind: "cell-started", ...place, firstLine: source.trim().split("\n", 1)[0] ?? "" });
    const ticking = setInterval(() => {
      const text = outputs.latest === undefined ? {} : { text: outputs.latest };
      onProgress({ kind: "cell-running", ...place, seconds: (performance.now() - begun) / 1000, ...text });
    }, 1000 * progressEvery);
    cell.outputs = outputs.list; // output that arrives after the cell's end still reaches it
    const left = (timeout ?? Number.POSITIVE_INFINITY) - this.#seconds();
    const limit = Math.max(0, Math.min(cellTimeout ?? Number.POSITIVE_INFINITY, left));
    try {
      const execution = await this.#executeUnlessAborted(source, outputs, limit);
      this.#look(execution);
      cell.execution_count = execution.executionCount;
      const times = { ...outputs.times, "shell.execute_reply": new Date().toISOString() };
      cell.metadata = { ...cell.metadata, execution: times };
      if (execution.failure !== undefined) execution.failure = told(execution, outputs);
      onProgress({ kind: "cell-finished", ...place, seconds: execution.seconds, status: execution.status });
      return execution;
    } finally {
      clearInterval(ticking);
    }
  }

  /** The kernel may refuse a cell because an earlier one failed a moment ago; it has not run then and is sent again. */
  async #executeUnlessAborted(source: string, outputs: CellOutputs, timeout: number): Promise<Execution> {
    const { grace, lostAfter } = this.#options;
    const limits = {
      timeout,
      ...(grace === undefined ? {} : { grace }),
      ...(lostAfter === undefined ? {} : { lostAfter }),
    };
    const onOutput = (message: Parameters<CellOutputs["add"]>[0]) => outputs.add(message);
    for (let attempt = 1; ; attempt++) {
      const execution = await this.#kernel.execute(source, { ...limits, onOutput });
      if (execution.status !== "aborted") return execution;
      if (attempt === 20) {
        const evalue = "the kernel turned the cell away 20 times";
        return { ...execution, failure: { ename: "Aborted", evalue, traceback: [`Aborted: ${evalue}`] } };
      }
      await wait(0.1);
    }
  }

  /** Samples peak memory after each cell, because a dead kernel can no longer be asked. */
  #look(execution: Execution): void {
    const gone = execution.status === "dead" || (execution.status === "timeout" && execution.executionCount === null);
    if (gone) this.#alive = false;
    else this.#peak = peakResidentBytes(this.#kernel.pid) ?? this.#peak;
  }
}

/** The code cells that are not empty and not tagged `skip-execution`. */
export function codeCells(notebook: INotebookContent): CodeEntry[] {
  return [...notebook.cells.entries()].filter(
    (entry): entry is CodeEntry =>
      isCode(entry[1]) && !hasTag(entry[1], "skip-execution") && joined(entry[1].source).trim() !== "",
  );
}

/** The cell without traces of an execution: a file may claim outputs, times and marks that no execution gave it. */
export function unrun(cell: ICodeCell): ICodeCell {
  const { execution: _, njepa: __, ...metadata } = cell.metadata;
  return { ...cell, outputs: [], execution_count: null, metadata };
}

/** Gives a cell the outputs of an earlier execution of the same text, and notes when that was. */
export function keep(cell: ICodeCell | undefined, before: ICodeCell, since?: string): void {
  if (cell === undefined) return;
  const { execution, njepa } = before.metadata as { execution?: Record<string, string>; njepa?: { kept?: string } };
  const when = njepa?.kept ?? execution?.["shell.execute_reply"] ?? since ?? "unknown";
  cell.outputs = before.outputs;
  cell.execution_count = before.execution_count;
  cell.metadata = { ...cell.metadata, ...(execution ? { execution } : {}), njepa: { kept: when } };
}

function statusOf(status: Execution["status"]): NotebookRun["status"] {
  return status === "timeout" || status === "dead" || status === "lost" ? status : "failed";
}

/** The failure as the notebook shows it: an error output at the end, made here if the kernel sent none. */
function told(execution: Execution, outputs: CellOutputs): CellFailure {
  const failure = execution.failure ?? { ename: "Error", evalue: "the cell failed", traceback: [] };
  const sent = outputs.list.some((output) => output.output_type === "error");
  if (execution.status !== "error") {
    // The kernel's own term, "interrupted", says less than ours.
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
