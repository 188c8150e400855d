/** Work that waits for its turn. */
export interface Turns {
  /** Runs `work` after everything that was asked for before it has ended, well or badly. */
  take<T>(work: () => Promise<T>): Promise<T>;
}

export function createTurns(): Turns {
  let last: Promise<unknown> = Promise.resolve();
  return {
    take: (work) => {
      const mine = last.then(work);
      last = mine.catch(() => {});
      return mine;
    },
  };
}
