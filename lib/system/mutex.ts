/** Runs one task at a time, in order of arrival. */
export interface Mutex {
  /** Runs `work` once everything requested before it has finished, successfully or not. */
  runExclusive<Result>(work: () => Promise<Result>): Promise<Result>;
}

export function createMutex(): Mutex {
  let last: Promise<unknown> = Promise.resolve();
  return {
    runExclusive: (work) => {
      const mine = last.then(work);
      last = mine.catch(() => {});
      return mine;
    },
  };
}
