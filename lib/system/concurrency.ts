/** Runs a limited number of tasks at a time; the others wait in order of arrival. */
export type Limit = <Result>(work: () => Promise<Result>) => Promise<Result>;

export function createLimit(most: number): Limit {
  let running = 0;
  const waiting: (() => void)[] = [];
  return async (work) => {
    if (running >= most) await new Promise<void>((resolve) => waiting.push(resolve));
    else running++;
    try {
      return await work();
    } finally {
      const next = waiting.shift();
      if (next) next();
      else running--;
    }
  };
}

/**
 * The results of `work` on each item, in order. After a failure, items not yet begun are skipped, and the first failure
 * is thrown once those under way have ended, so that nothing keeps running behind the caller's back.
 */
export async function mapLimited<Item, Result>(
  limit: Limit,
  items: readonly Item[],
  work: (item: Item, index: number) => Promise<Result>,
): Promise<Result[]> {
  let failed = false;
  let failure: unknown;
  const settled = await Promise.allSettled(
    items.map((item, index) =>
      limit(async () => {
        if (failed) throw new Error("not begun");
        try {
          return await work(item, index);
        } catch (error) {
          failed = true;
          failure ??= error;
          throw error;
        }
      }),
    ),
  );
  if (failed) throw failure;
  return settled.map((it) => (it as PromiseFulfilledResult<Result>).value);
}
