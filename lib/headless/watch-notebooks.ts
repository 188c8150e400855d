import { type FSWatcher, readFileSync, watch } from "node:fs";
import path from "node:path";
import type { Board } from "./board";
import type { ReportJob } from "./jobs";

/** Editors write a file in several steps; events within this time count as one change. */
const settleMilliseconds = 300;

/**
 * Reruns a notebook whenever its file's content changes, one at a time, until the signal aborts.
 *
 * @param texts each job's content when it last began to run, kept up to date by `run`: also what was saved while
 *   others were executed is run
 */
export async function watchNotebooks(
  texts: ReadonlyMap<ReportJob, string | undefined>,
  run: (job: ReportJob) => Promise<void>,
  board: Board,
  signal: AbortSignal,
): Promise<void> {
  const waiting = new Set<ReportJob>();
  let wake = () => {};
  let timer: NodeJS.Timeout | undefined;
  function look(): void {
    for (const [job, before] of texts) {
      const text = contentOf(job.file);
      if (text !== undefined && text !== before) waiting.add(job);
    }
    if (waiting.size > 0) wake();
  }
  // The folder, because many editors replace the old file by a new one.
  const folders = new Set([...texts.keys()].map(({ file }) => path.dirname(path.resolve(file))));
  const watchers: FSWatcher[] = [...folders].map((folder) =>
    watch(folder, () => {
      clearTimeout(timer);
      timer = setTimeout(look, settleMilliseconds);
    }),
  );
  signal.addEventListener("abort", () => wake(), { once: true });
  look();
  board.note(undefined, "watching: save a notebook and it goes on where it can");
  while (!signal.aborted) {
    const [job] = waiting;
    if (job === undefined) {
      await new Promise<void>((resolve) => {
        wake = resolve;
        if (signal.aborted || waiting.size > 0) resolve();
      });
      continue;
    }
    waiting.delete(job);
    await run(job);
  }
  clearTimeout(timer);
  for (const watcher of watchers) watcher.close();
}

/** The file's text; undefined if it is not there. */
export function contentOf(file: string): string | undefined {
  try {
    return readFileSync(file, "utf8");
  } catch {
    return undefined; // between the old file and the new one
  }
}
