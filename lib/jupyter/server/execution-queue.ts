/**
 * Runs cells one after another; when one fails, those that were asked for meanwhile are not run.
 *
 * A failed cell is only told to be done after a short pause in which the requests that are already on the wire come in. So "run
 * all" stops at the first error, and a client that waits for the answer before it asks again is never turned away.
 */
export class ExecutionQueue {
  #tail: Promise<void> = Promise.resolve();
  readonly #waiting = new Set<{ aborted: boolean }>();
  readonly #pauseMilliseconds: number;

  constructor(pauseMilliseconds = 30) {
    this.#pauseMilliseconds = pauseMilliseconds;
  }

  /** The task's result, or "aborted" when a task before it failed while this one waited. */
  async run<T extends { ok: boolean }>(task: () => Promise<T>, stopOnError: boolean): Promise<T | "aborted"> {
    const turn = this.#tail;
    let release = () => {};
    this.#tail = new Promise((resolve) => {
      release = resolve;
    });
    const ticket = { aborted: false };
    this.#waiting.add(ticket);
    await turn;
    this.#waiting.delete(ticket);
    try {
      if (ticket.aborted) return "aborted";
      const result = await task();
      if (!result.ok && stopOnError) {
        await new Promise((resolve) => setTimeout(resolve, this.#pauseMilliseconds));
        for (const other of this.#waiting) other.aborted = true;
      }
      return result;
    } finally {
      release();
    }
  }
}
