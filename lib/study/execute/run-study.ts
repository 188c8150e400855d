import { collectResults, type JobStatus, type StudyResults } from "../store/results";
import { defaultStore, openStore } from "../store/store";
import { jobsOf, type Study } from "../study";
import { dataOf } from "../study-data";
import { type ExecutorEvent, type LocalOptions, runLocally } from "./local-executor";

export interface RunStudyOptions extends Omit<LocalOptions, "onEvent"> {
  /** Folder of the run store; default: `NJEPA_STORE`, else in the user's cache. */
  store?: string;
  /** A line each time something changes. */
  onProgress?: (line: string) => void;
  onEvent?: (event: ExecutorEvent) => void;
}

/**
 * Runs what a study's results still lack in child processes of this machine, and gives the results.
 *
 * What the store has is not computed again. A cell that fails stays missing in the results, with its message; the others go on.
 */
export async function runStudy(study: Study, options: RunStudyOptions = {}): Promise<StudyResults> {
  const { store: folder = defaultStore(), onProgress, onEvent, ...local } = options;
  const store = openStore(folder);
  const before = await studyResults(study, { store: folder });
  const jobs = jobsOf([study]).filter((_, index) => needsWork(before.jobs[index]));
  const done = study.jobs.length - jobs.length;
  if (done > 0) onProgress?.(`${done} of ${study.jobs.length} trainings are in ${store.folder}`);
  if (jobs.length === 0) return before;
  const names = jobNames([study]);
  const tell = tellJobs(
    jobs.map(({ id }) => names.get(id) ?? id),
    onProgress,
  );
  await runLocally(jobs, store, {
    ...local,
    onEvent: (event) => {
      tell(event);
      onEvent?.(event);
    },
  });
  return studyResults(study, { store: folder });
}

/** What a store has of a study, with nothing computed. */
export async function studyResults(study: Study, options: { store?: string } = {}): Promise<StudyResults> {
  return collectResults(study, openStore(options.store), await dataOf(study.jobs));
}

/** Whether an executor has something to do for it: also when a process works on it now, which may yet fail. */
export function needsWork(status: JobStatus | undefined): boolean {
  return status !== undefined && status.state !== "done" && status.state !== "disputed";
}

/** A name for each job by its id: the first row that it stands in, its seed, and how many other tables share it. */
export function jobNames(studies: readonly Study[]): Map<string, string> {
  const names = new Map<string, string>();
  for (const study of studies)
    for (const { row, seed, job } of study.cells) {
      const id = study.jobs[job]?.id as string;
      const which = row.source === "raw-pixels" ? row.name : `${row.name}, seed ${seed}`;
      if (!names.has(id)) names.set(id, `${study.config.name}: ${which}`);
    }
  return names;
}

/** Lines for what happens to jobs: `3 of 12  table-5a-noise: baseline, seed 0  done in 41 s`. */
export function tellJobs(names: readonly string[], onLine: ((line: string) => void) | undefined) {
  let ended = 0;
  return (event: ExecutorEvent) => {
    const name = names[event.job];
    if (event.kind === "progress")
      return onLine?.(`${ended} of ${names.length} done  ${name}  ${event.progress.part}: ${event.progress.text}`);
    if (event.kind !== "ended" || event.end.end === "busy") return;
    ended++;
    const how = event.end.end === "failed" ? `failed: ${event.end.message}` : event.end.end;
    onLine?.(`${ended} of ${names.length}  ${name}  ${how} in ${event.seconds.toFixed(0)} s`);
  };
}
