import { availableParallelism, freemem } from "node:os";

/** Bytes that a notebook with a training in it is expected to take. */
const roomPerNotebook = 4 * 2 ** 30;

/**
 * How many notebooks to execute at once unless told: one training keeps two cores busy, and must not push another one out
 * of memory.
 */
export function defaultJobs(cores = availableParallelism(), freeBytes = freemem()): number {
  return Math.max(1, Math.min(Math.floor(cores / 2), Math.floor(freeBytes / roomPerNotebook)));
}

/**
 * Runs the task on each item, so many at a time, in the order of the items; results keep that order.
 *
 * @param goesOn asked before each further item; what is running is always waited for
 * @returns undefined where an item was never begun
 */
export async function runJobs<Item, Result>(
  items: readonly Item[],
  jobs: number,
  task: (item: Item) => Promise<Result>,
  goesOn: () => boolean = () => true,
): Promise<(Result | undefined)[]> {
  const results = new Array<Result | undefined>(items.length).fill(undefined);
  const queue = [...items.entries()];
  async function work(): Promise<void> {
    for (let next = queue.shift(); next !== undefined; next = queue.shift()) {
      if (!goesOn()) return;
      results[next[0]] = await task(next[1]);
    }
  }
  const ended = await Promise.allSettled(Array.from({ length: Math.min(jobs, items.length) }, work));
  const failed = ended.find((end) => end.status === "rejected");
  if (failed !== undefined) throw failed.reason;
  return results;
}
