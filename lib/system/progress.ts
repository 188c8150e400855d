/** Receives a line of text about a wait, roughly once a second; the caller prints it, displays it, or drops it. */
export type OnProgress = (line: string) => void;

/** The result of `work`; while it runs, reports `line()` every `seconds`, first after one interval. */
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
