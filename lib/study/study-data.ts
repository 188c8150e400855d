import { canonicalJson } from "../config";
import { type Dataset, openDataset } from "../data";
import { DataError } from "../errors";
import type { Job } from "./job";
import { publishedData } from "./store/published";

/** Data sets of this process: the jobs of a study share theirs. */
const opened = new Map<string, Promise<Dataset>>();

/** What the results of a job are found by. */
export type DataName = Pick<Dataset, "name" | "fingerprint">;

/**
 * Name and fingerprint of each job's data set. One that is found by its name alone and that results were published of is not
 * opened: it is the same everywhere. Others are opened, once per process; where they are not here, the published results' count.
 *
 * @throws {DataError} when it is not here and nothing about it was published
 */
export function dataOf(jobs: readonly Pick<Job, "run">[]): Promise<DataName[]> {
  return Promise.all(
    jobs.map(async (job) => {
      const published = publishedOf(job);
      if (published && job.run.data.path === undefined) return published;
      return dataset(job).catch((error) => {
        if (published && error instanceof DataError) return published;
        throw error;
      });
    }),
  );
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

function publishedOf(job: Pick<Job, "run">): DataName | undefined {
  const settings = dataSettings(job);
  return publishedData().find((one) => one.settings === settings);
}

/** The settings that say which data a job takes, without where they lie. */
export function dataSettings({ run }: Pick<Job, "run">): string {
  const { path: _, ...settings } = run.data;
  return canonicalJson(settings);
}
