/** Receives one line of text about a wait, about once a second; the caller prints it, shows it, or drops it. */
export type OnProgress = (line: string) => void;

/** A number of bytes as people read it: `273.8 MB`, `11.4 kB`, `512 B` (powers of 1000). */
export function formatBytes(bytes: number): string {
  const units = ["B", "kB", "MB", "GB", "TB"];
  let value = bytes;
  let unit = 0;
  while (value >= 1000 && unit < units.length - 1) {
    value /= 1000;
    unit++;
  }
  return `${unit === 0 ? value : value.toFixed(1)} ${units[unit]}`;
}

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
