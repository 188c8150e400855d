import { rm } from "node:fs/promises";
import type { OnProgress } from "../cache";
import type { DataConfig } from "../config";
import { DataError } from "../errors";
import type { Dataset } from "./dataset";
import { readFashionMnist } from "./fashion-mnist";
import { fetchFashionMnist, locateFashionMnist } from "./fashion-mnist-sources";

/**
 * Opens the data set that a run names, and fetches it where this machine does not have it.
 *
 * A damaged file in our own cache is fetched again, and said; one anywhere else is an error that names it.
 *
 * @param config             the `data` part of a run, or as much of it as names the data
 * @param options.onProgress gets a line about once a second during a wait
 * @throws {DataError} when the data cannot be had or is not the published one
 */
export async function openDataset(
  config: Pick<DataConfig, "name"> & { trainLimit?: number | undefined },
  options: { onProgress?: OnProgress } = {},
): Promise<Dataset> {
  if (config.name !== "fashion-mnist") {
    throw new DataError(`Data set "${config.name}" cannot be opened yet: expected "fashion-mnist".`);
  }
  const found = locateFashionMnist() ?? (await fetchFashionMnist(options.onProgress));
  try {
    return await readFashionMnist(found.directory, config.trainLimit);
  } catch (error) {
    if (found.source !== "cache" || !(error instanceof DataError)) throw error;
    options.onProgress?.(`${error.message} It is set aside and fetched again.`);
    await rm(found.directory, { recursive: true, force: true });
    return readFashionMnist((await fetchFashionMnist(options.onProgress)).directory, config.trainLimit);
  }
}
