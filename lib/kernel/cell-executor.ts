import { format } from "node:util";
import { createConverter } from "tslab/dist/converter.js";
import { createExecutor, type Executor } from "tslab/dist/executor.js";
import type { RunningCell } from "./cell";
import { type CellFailure, interruptedFailure, thrownFailure, typeFailure } from "./failure";
import { expandShorthand } from "./shorthand";

/** How a cell ended; `value` is that of its last expression, if it has one that is neither null nor undefined. */
export type CellOutcome = { ok: true; value?: unknown } | { ok: false; failure: CellFailure };

/**
 * tslab's executor with its results as data.
 *
 * tslab prints a value, a thrown error or the findings of its compiler to a console that it is given, and says only whether
 * all went well; here that console keeps what it gets.
 */
export class CellExecutor {
  readonly tslab: Executor;
  #values: unknown[] = [];
  #reports: unknown[][] = [];
  #interrupt: (() => void) | undefined;

  constructor(folder: string) {
    const node = createConverter({ isJS: false, isBrowser: false });
    this.tslab = createExecutor(
      folder,
      { node, browser: node, close: () => node.close() },
      { log: (value: unknown) => this.#values.push(value), error: (...report) => this.#reports.push(report) },
    );
  }

  async execute(code: string, cell: RunningCell): Promise<CellOutcome> {
    this.#values = [];
    this.#reports = [];
    const interrupted = new Promise<CellOutcome>((resolve) => {
      this.#interrupt = () => resolve({ ok: false, failure: interruptedFailure() });
    });
    try {
      if (!(await this.tslab.execute(expandShorthand(code)))) return { ok: false, failure: this.#failure() };
      for (const report of this.#reports) cell.write("stderr", `${format(...report)}\n`);
      return await Promise.race([interrupted, cell.settled().then((): CellOutcome => this.#success())]);
    } catch (error) {
      return { ok: false, failure: thrownFailure(error) };
    } finally {
      this.#interrupt = undefined;
    }
  }

  /** Ends what the running cell waits for; code that does not wait is ended by node:vm itself, on the same signal. */
  interrupt(): void {
    this.tslab.interrupt();
    this.#interrupt?.();
  }

  #success(): CellOutcome {
    const value = this.#values.at(-1);
    // `show(…)` as a last expression has shown itself by now.
    if (value === undefined || value instanceof Promise) return { ok: true };
    return { ok: true, value };
  }

  #failure(): CellFailure {
    const thrown = this.#reports.find((report) => report.length === 1);
    if (thrown !== undefined) return thrownFailure(thrown[0]);
    return typeFailure(this.#reports.map((report) => format(...report).trim()));
  }
}
