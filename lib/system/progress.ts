/** Receives one line of text about a wait, about once a second; the caller prints it, shows it, or drops it. */
export type OnProgress = (line: string) => void;

/** Calls `line()` every `seconds` while `work` runs and passes on what it says; the first time after one interval. */
export async function tellEvery<Result>(
  seconds: number,
  onProgress: OnProgress,
  line: () => string | Promise<string>,
  work: () => Promise<Result>,
): Promise<Result> {
  let finished = false;
  const timer = setInterval(async () => {
    const text = await line();
    if (!finished) onProgress(text);
  }, seconds * 1000);
  try {
    return await work();
  } finally {
    finished = true;
    clearInterval(timer);
  }
}
