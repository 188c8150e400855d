import { findWork } from "../execute/run-studies";
import type { Job } from "../job";
import { openStore } from "../store/store";
import { jobsOf, type Study } from "../study";
import { planSlurm, type SlurmOptions, type SlurmPlan } from "./slurm-plan";
import { type SlurmSubmission, submitSlurm } from "./slurm-submit";

export interface SubmitOptions extends SlurmOptions {
  /** Folder of the run store, at the same path on every machine of the cluster. */
  store?: string;
  /** Plan only, without submitting. */
  dryRun?: boolean;
  onProgress?: (line: string) => void;
}

/** What was submitted; null where nothing was missing. */
export interface Submitted {
  jobs: readonly Job[];
  plan: SlurmPlan;
  /** Null for a dry run. */
  submission: SlurmSubmission | null;
}

/**
 * Submits what the results of several studies still lack as one Slurm array, followed by the report.
 *
 * @throws {StudyError} when sbatch is missing or refuses
 */
export async function submitStudies(
  studies: readonly Study[],
  { store: folder, dryRun, onProgress, ...options }: SubmitOptions = {},
): Promise<Submitted | null> {
  const store = openStore(folder);
  const jobs = await missingJobs(studies, store.folder, onProgress);
  if (jobs.length === 0) return null;
  const plan = planSlurm(studies, jobs, store, options);
  return { jobs, plan, submission: dryRun ? null : await submitSlurm(plan) };
}

/** Jobs still to run; all where the data cannot be opened, since each cell looks for its result when it starts. */
async function missingJobs(studies: readonly Study[], store: string, onProgress?: (line: string) => void) {
  try {
    return (await findWork(studies, { store })).missing;
  } catch (error) {
    onProgress?.(`what is done already cannot be told here: ${(error as Error).message}`);
    return jobsOf(studies);
  }
}
