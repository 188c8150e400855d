/**
 * Runs cells one after another; when one fails, those requested in the meantime are not run.
 *
 * A failed cell is reported only after a short pause, in which requests already on the wire arrive. So "run all" stops
 * at the first error, and a client that waits for the reply before it asks again is never turned away.
 */
export class ExecutionQueue {
  #tail: Promise<void> = Promise.resolve();
  readonly #waiting = new Set<{ aborted: boolean }>();
  readonly #pauseMilliseconds: number;

  constructor(pauseMilliseconds = 30) {
    this.#pauseMilliseconds = pauseMilliseconds;
  }

  /** The task's result, or "aborted" if a task before it failed while this one waited. */
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
