import { resolve } from "node:path";
import { type DatasetName, datasets } from "../config";
import { DataError } from "../errors";
import type { Dataset } from "./dataset";
import { withDevelopmentSplit } from "./development-split";
import type { DataSource, DatasetConfig, OpenOptions } from "./source";

/** The source of a data set. Loaded on demand, so that a reader's library costs only those who use it. */
export async function dataSource(name: DatasetName): Promise<DataSource> {
  if (!Object.hasOwn(datasets, name)) {
    throw new DataError(`${JSON.stringify(name)} names no data set. Name one of ${Object.keys(datasets).join(", ")}.`);
  }
  const { source } = (await import(/* @vite-ignore */ `./sources/${name}.js`)) as { source: DataSource };
  return source;
}

/**
 * Opens the data set that a run names. Published data are fetched if this machine does not have them; a folder is
 * listed, and the listing cached for next time.
 *
 * @param config             the `data` part of a run, or as much of it as names the data
 * @param options.onProgress gets a line about once a second during a wait
 * @throws {DataError} when the data cannot be obtained, are not the published ones, or have unusable files
 */
export async function openDataset(config: DatasetConfig, options: OpenOptions = {}): Promise<Dataset> {
  const data = await (await dataSource(config.name)).open(config, options);
  return config.developmentShare === undefined ? data : withDevelopmentSplit(data, config.developmentShare);
}

/** The data sets that need no path: they are found on this machine, or fetched. */
export const publishedData = (Object.keys(datasets) as DatasetName[]).filter((name) => !datasets[name].needsPath);

/** What the user means by a word: a published data set by name, otherwise a path, with the first layout that fits. */
export async function datasetAt(word: string): Promise<Pick<DatasetConfig, "name" | "path">> {
  const published = publishedData.find((name) => name === word);
  if (published) return { name: published };
  const path = resolve(word);
  for (const name of Object.keys(datasets) as DatasetName[]) {
    if (await (await dataSource(name)).recognizes?.(path)) return { name, path };
  }
  return { name: "folder", path };
}
