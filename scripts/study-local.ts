import { spawnSync } from "node:child_process";
import { jobNames, jobsOf, needsWork, openStore, runLocally, type Study, studyResults, tellJobs } from "njepa/study";
import { TerminalProgress } from "njepa/system";

export interface LocalRun {
  store?: string;
  workers?: number;
  threads?: number;
  dryRun: boolean;
  signal: AbortSignal;
}

/** Runs what several tables lack together, a shared training once, with a line for each that ends. */
export async function runHere(studies: readonly Study[], options: LocalRun): Promise<void> {
  const { dryRun, ...rest } = options;
  const progress = new TerminalProgress(process.stderr);
  const jobs = jobsOf(studies);
  const open = new Set<string>();
  for (const study of studies) {
    const { jobs: states } = await studyResults(study, rest);
    for (const status of states) if (needsWork(status)) open.add(status.job.id);
  }
  const missing = jobs.filter(({ id }) => open.has(id));
  const names = jobNames(studies);
  const store = openStore(options.store);
  progress.note(`${jobs.length} trainings, ${jobs.length - missing.length} of them in ${store.folder}`);
  if (dryRun) {
    for (const job of missing) progress.note(`would run ${names.get(job.id)}, ${job.evaluations.length} evaluations`);
    return;
  }
  const gpus = visibleGpus();
  const tell = tellJobs(
    missing.map(({ id }) => names.get(id) ?? id),
    (line) => (/^\d+ of \d+ {2}/.test(line) ? progress.note(line) : progress.update(line)),
  );
  await runLocally(missing, store, { ...rest, ...(gpus.length > 1 ? { gpus } : {}), onEvent: tell });
}

/** GPUs that this process may use, as CUDA_VISIBLE_DEVICES names them. */
function visibleGpus(): string[] {
  const given = process.env.CUDA_VISIBLE_DEVICES;
  if (given !== undefined) return given.split(",").filter((name) => name !== "" && name !== "-1");
  const asked = spawnSync("nvidia-smi", ["--query-gpu=index", "--format=csv,noheader"], { encoding: "utf8" });
  return asked.status === 0 ? asked.stdout.trim().split(/\s+/) : [];
}
