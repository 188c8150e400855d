import type { Job } from "../job";
import { collectResults, type JobStatus, type StudyResults } from "../store/results";
import { openStore } from "../store/store";
import { jobsOf, othersOf, type Study } from "../study";
import { dataOf } from "../study-data";
import { type LocalOptions, runLocally } from "./local-executor";
import { jobNames, tellJobs } from "./progress-lines";

export interface RunStudyOptions extends LocalOptions {
  /** Folder of the run store; default: `NJEPA_STORE`, else in the user's cache. */
  store?: string;
  /** Receives a line on each change; `ended` is true when something is done for good, or was already there. */
  onProgress?: (line: string, ended: boolean) => void;
}

/** The work of several studies together, shared trainings once. */
export interface Work {
  /** All distinct jobs of the studies, with every evaluation that any of them asks for. */
  jobs: readonly Job[];
  /** The jobs that still need an executor. */
  missing: readonly Job[];
}

/**
 * Results of several studies, after running what they still lack in child processes on this machine.
 *
 * A training that studies share runs once, and what the store has is not recomputed. There is one worker per GPU
 * visible to this process, or else per core. A failed cell stays missing in the results, with its message; the others
 * continue.
 *
 * @returns one result per study, in order
 */
export async function runStudies(studies: readonly Study[], options: RunStudyOptions = {}): Promise<StudyResults[]> {
  const { store: folder, onProgress, onEvent, ...local } = options;
  const store = openStore(folder);
  const { jobs, missing } = await findWork(studies, { store: store.folder });
  const done = jobs.length - missing.length;
  if (done > 0) onProgress?.(`${done} of ${jobs.length} trainings are in ${store.folder}`, true);
  const names = jobNames(studies);
  const tell = tellJobs(
    missing.map(({ id }) => names.get(id) ?? id),
    onProgress,
  );
  await runLocally(missing, store, {
    ...local,
    onEvent: (event) => {
      tell(event);
      onEvent?.(event);
    },
  });
  return Promise.all(studies.map((study) => studyResults(study, { store: store.folder })));
}

/** `runStudies` of one study. */
export async function runStudy(study: Study, options: RunStudyOptions = {}): Promise<StudyResults> {
  const [results] = await runStudies([study], options);
  return results as StudyResults;
}

/**
 * What a store holds of a study, computing nothing; for one of the library's tables, also what it holds of the others.
 */
export async function studyResults(study: Study, options: { store?: string } = {}): Promise<StudyResults> {
  const results = await resultsOf(study, options);
  const others = othersOf(study).filter(({ config }) => config.claims.length > 0);
  return { ...results, others: await Promise.all(others.map((other) => resultsOf(other, options))) };
}

async function resultsOf(study: Study, options: { store?: string }): Promise<StudyResults> {
  return collectResults(study, openStore(options.store), await dataOf(study.jobs));
}

/**
 * All jobs of several studies, and those still to be done.
 *
 * @throws {DataError} when the data cannot be opened, without which no job can be known to be done
 */
export async function findWork(studies: readonly Study[], options: { store?: string } = {}): Promise<Work> {
  const jobs = jobsOf(studies);
  const open = new Set<string>();
  for (const study of studies) {
    const { jobs: states } = await resultsOf(study, options);
    for (const status of states) if (needsWork(status)) open.add(status.job.id);
  }
  return { jobs, missing: jobs.filter(({ id }) => open.has(id)) };
}

/** Whether a job still needs an executor, even one that a process works on now, since that may yet fail. */
function needsWork({ state }: JobStatus): boolean {
  return state !== "done" && state !== "disputed";
}
