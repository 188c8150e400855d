import { type JobStatus, jobNames, type StudyResults } from "njepa/study";

/** Each training once, whichever tables it is in, and how many are done. */
export function statusText(results: readonly StudyResults[]): string {
  const names = jobNames(results.map(({ study }) => study));
  const jobs = new Map<string, JobStatus>();
  const rank = (status: JobStatus) => ["running", "failed", "disputed", "missing", "done"].indexOf(status.state);
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
