/** Lets one piece of work in at a time, in the order in which they came. */
export interface Mutex {
  /** Runs `work` after everything that was asked for before it has ended, well or badly. */
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
