import { resolve } from "node:path";
import { type DatasetName, datasets } from "../config";
import type { Dataset } from "./dataset";
import { withDevelopmentSplit } from "./development-split";
import type { DataSource, DatasetConfig, OpenOptions } from "./source";

/** Where a data set comes from. Loaded when asked for, so that a reader's library costs only those who read with it. */
export async function dataSource(name: DatasetName): Promise<DataSource> {
  const { source } = (await import(/* @vite-ignore */ `./sources/${name}.js`)) as { source: DataSource };
  return source;
}

/**
 * Opens the data set that a run names. Published data are fetched where this machine does not have them; a folder is
 * listed, and the listing kept for the next time.
 *
 * @param config             the `data` part of a run, or as much of it as names the data
 * @param options.onProgress gets a line about once a second during a wait
 * @throws {DataError} when the data cannot be had, are not the published ones, or have files that are not fit for use
 */
export async function openDataset(config: DatasetConfig, options: OpenOptions = {}): Promise<Dataset> {
  const data = await (await dataSource(config.name)).open(config, options);
  return config.developmentShare === undefined ? data : withDevelopmentSplit(data, config.developmentShare);
}

/** The data sets that need no path: found on this machine, or fetched. */
export const publishedData = (Object.keys(datasets) as DatasetName[]).filter((name) => !datasets[name].needsPath);

/** What a person means by a word: a published data set by its name, else a path with the first layout that it has. */
export async function datasetAt(word: string): Promise<Pick<DatasetConfig, "name" | "path">> {
  const published = publishedData.find((name) => name === word);
  if (published) return { name: published };
  const path = resolve(word);
  for (const name of Object.keys(datasets) as DatasetName[]) {
    if (await (await dataSource(name)).recognizes?.(path)) return { name, path };
  }
  return { name: "folder", path };
}
