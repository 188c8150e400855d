import { format } from "node:util";
import { createConverter } from "tslab/dist/converter.js";
import { createExecutor, type Executor } from "tslab/dist/executor.js";
import type { CellSources } from "../cell-source";
import { type CellFailure, interruptedFailure, thrownFailure, typeFailure } from "../failure";
import type { RunningCell } from "./cell";
import { expandShorthand } from "./shorthand";

/** How a cell ended; `value` is that of its last expression, if it has one that is neither null nor undefined. */
export type CellOutcome = { ok: true; value?: unknown } | { ok: false; failure: CellFailure };

type Converter = ReturnType<typeof createConverter>;
/** Runs work that no interrupt may tear apart. */
type CriticalSection = <T>(work: () => T) => T;

/**
 * tslab's executor with its results as data.
 *
 * tslab prints a value, a thrown error or the findings of its compiler to a console that it is given, and says only whether
 * all went well; here that console keeps what it gets.
 */
export class CellExecutor {
  readonly tslab: Executor;
  readonly sources: CellSources;
  #values: unknown[] = [];
  #reports: unknown[][] = [];
  #declared = "";
  #giveUp: (() => void) | undefined;

  constructor(folder: string, sources: CellSources, criticalSection: CriticalSection) {
    this.sources = sources;
    const node = this.#keepingDeclarations(createConverter({ isJS: false, isBrowser: false }), criticalSection);
    this.tslab = createExecutor(
      folder,
      { node, browser: node, close: () => node.close() },
      { log: (value: unknown) => this.#values.push(value), error: (...report) => this.#reports.push(report) },
    );
  }

  /** @param name what the code is called in stack traces, such as `Cell[3]` */
  async execute(code: string, cell: RunningCell, name: string): Promise<CellOutcome> {
    this.#values = [];
    this.#reports = [];
    this.sources.next = name;
    this.sources.code = code;
    const givenUp = new Promise<CellOutcome>((resolve) => {
      this.#giveUp = () => {
        cell.mute();
        resolve({ ok: false, failure: interruptedFailure() });
      };
    });
    try {
      // In a turn of its own: an interrupt may unwind the stack that the code runs on, and then nothing of it goes on.
      return await Promise.race([givenUp, Promise.resolve().then(() => this.#run(code, cell))]);
    } catch (error) {
      return { ok: false, failure: thrownFailure(error, this.sources) };
    } finally {
      this.#giveUp = undefined;
    }
  }

  /** Ends the running cell without waiting for its code. */
  giveUp(): void {
    this.#giveUp?.();
  }

  async #run(code: string, cell: RunningCell): Promise<CellOutcome> {
    if (!(await this.tslab.execute(expandShorthand(code)))) return { ok: false, failure: this.#failure() };
    for (const report of this.#reports) cell.write("stderr", `${format(...report)}\n`);
    await cell.settled();
    const value = this.#values.at(-1);
    // `show(…)` as a last expression has shown itself by now.
    return value === undefined || value instanceof Promise ? { ok: true } : { ok: true, value };
  }

  #failure(): CellFailure {
    const thrown = this.#reports.find((report) => report.length === 1);
    if (thrown !== undefined) return thrownFailure(thrown[0], this.sources);
    return typeFailure(
      this.#reports.map((report) => format(...report).trim()),
      this.sources,
    );
  }

  /** tslab forgets what a cell declared that failed or was interrupted, although the values are there: here it is kept. */
  #keepingDeclarations(node: Converter, criticalSection: CriticalSection): Converter {
    return {
      ...node,
      convert: (_before, code) =>
        criticalSection(() => {
          const converted = node.convert(this.#declared, code);
          if (converted.diagnostics.length === 0) this.#declared = converted.declOutput ?? "";
          return converted;
        }),
      inspect: (_before, code, position) => criticalSection(() => node.inspect(this.#declared, code, position)),
      complete: (_before, code, position) => criticalSection(() => node.complete(this.#declared, code, position)),
    };
  }
}
