import { canonicalJson } from "../config";
import { type Dataset, openDataset } from "../data";
import { DataError } from "../errors";
import type { Job } from "./job";
import { publishedData } from "./store/published";

/** Data sets opened by this process, shared between jobs of a study. */
const opened = new Map<string, Promise<Dataset>>();

/** Identity of a data set by which a job's results are found. */
export type DataName = Pick<Dataset, "name" | "fingerprint">;

/**
 * Name and fingerprint of each job's data set. A set that is identified by its name alone and has published
 * results is not opened: it is the same everywhere. Others are opened, once per process; where they are not here, the
 * published identity is used.
 *
 * @throws {DataError} when a data set is not here and nothing about it was published
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

/** The data set of one job. @throws {DataError} when it is not available */
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

/** The settings that determine which data a job uses, but not where they lie. */
export function dataSettings({ run }: Pick<Job, "run">): string {
  const { path: _, ...settings } = run.data;
  return canonicalJson(settings);
}
