import type { JobStatus, StudyResults } from "../store/results";
import type { Study } from "../study";
import type { ExecutorEvent } from "./local-executor";

/** A name for each job, by id: the first row that it appears in, and its seed; rows come before the control. */
export function jobNames(studies: readonly Study[]): Map<string, string> {
  const names = new Map<string, string>();
  for (const study of studies)
    for (const { row, seed, job } of [...study.cells, ...study.control]) {
      const id = study.jobs[job]?.id as string;
      const which = row.source === "raw-pixels" ? row.name : `${row.name}, seed ${seed}`;
      if (!names.has(id)) names.set(id, `${study.config.name}: ${which}`);
    }
  return names;
}

/** Progress lines of jobs: `3 of 12  table-5a-noise: baseline, seed 0  done in 41 s`. */
export function tellJobs(names: readonly string[], onLine: ((line: string, ended: boolean) => void) | undefined) {
  let ended = 0;
  return (event: ExecutorEvent): void => {
    const name = names[event.job];
    if (event.kind === "progress")
      onLine?.(`${ended} of ${names.length} done  ${name}  ${event.progress.part}: ${event.progress.text}`, false);
    if (event.kind !== "ended" || event.end.end === "busy") return;
    // What was stopped is begun again: it is not one of those that are done.
    if (event.end.end !== "stopped") ended++;
    const how = event.end.end === "failed" ? `failed: ${event.end.message}` : event.end.end;
    onLine?.(`${ended} of ${names.length}  ${name}  ${how} in ${event.seconds.toFixed(0)} s`, true);
  };
}

/** One line per training, whichever tables it is in, and how many are done. */
export function statusText(results: readonly StudyResults[]): string {
  const names = jobNames(results.map(({ study }) => study));
  const jobs = new Map<string, JobStatus>();
  const rank = ({ state }: JobStatus) => ["running", "failed", "disputed", "missing", "done"].indexOf(state);
  for (const status of results.flatMap((one) => one.jobs)) {
    const known = jobs.get(status.key);
    if (!known || rank(status) < rank(known)) jobs.set(status.key, status);
  }
  const lines = [...jobs.values()].map(
    ({ job, key, state, detail }) => `${state.padEnd(9)} ${key.slice(0, 12)}  ${names.get(job.id)}  (${detail})`,
  );
  const done = [...jobs.values()].filter(({ state }) => state === "done").length;
  return [...lines, `${done} of ${jobs.size} trainings are done, in ${results[0]?.store}`].join("\n");
}
