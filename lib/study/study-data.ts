import { type Dataset, openDataset } from "../data";
import type { Job } from "./job";

/** Data sets of this process: the jobs of a study share theirs. */
const opened = new Map<string, Promise<Dataset>>();

/** The data set of each job, opened once per process. */
export function dataOf(jobs: readonly Pick<Job, "run">[]): Promise<Dataset[]> {
  return Promise.all(jobs.map(dataset));
}

/** The data set of one job. @throws {DataError} when it cannot be had */
export function dataset({ run }: Pick<Job, "run">): Promise<Dataset> {
  const id = JSON.stringify(run.data);
  const known = opened.get(id);
  if (known) return known;
  const data = openDataset(run.data);
  data.catch(() => opened.delete(id));
  opened.set(id, data);
  return data;
}
