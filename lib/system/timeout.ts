/** The result of the first promise to settle, or "expired" if none has after `seconds` (undefined: no limit). */
export async function raceTimeout<T>(seconds: number | undefined, ...promises: Promise<T>[]): Promise<T | "expired"> {
  // Node's timers hold at most 2^31 − 1 milliseconds; a longer limit counts as none.
  if (seconds === undefined || seconds > 2e6) return Promise.race(promises);
  let timer: NodeJS.Timeout | undefined;
  const expired = new Promise<"expired">((resolve) => {
    timer = setTimeout(() => resolve("expired"), seconds * 1000);
  });
  try {
    return await Promise.race([...promises, expired]);
  } finally {
    clearTimeout(timer); // a pending timer would keep the process alive
  }
}

export function wait(seconds: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, seconds * 1000));
}
