import { rm } from "node:fs/promises";
import { resolve } from "node:path";
import { DataError } from "../errors";
import type { Dataset } from "./dataset";
import { readFashionMnist } from "./sources/fashion-mnist";
import { fetchFashionMnist, locateFashionMnist } from "./sources/fashion-mnist-sources";
import type { FileDataConfig, OpenOptions } from "./sources/file-dataset";
import { openFolder } from "./sources/folder-dataset";
import { openShards } from "./sources/shard-dataset";

/**
 * Opens the data set that a run names. Fashion-MNIST is fetched where this machine does not have it; a folder is listed,
 * and the listing kept for the next time.
 *
 * @param config             the `data` part of a run, or as much of it as names the data
 * @param options.onProgress gets a line about once a second during a wait
 * @throws {DataError} when the data cannot be had, is not the published one, or has files that are not fit to be used
 */
export async function openDataset(config: FileDataConfig, options: OpenOptions = {}): Promise<Dataset> {
  switch (config.name) {
    case "fashion-mnist":
      return openFashionMnist(config.trainLimit, options);
    case "folder":
      return openFolder(pathOf(config, config.path), config, options);
    case "webdataset":
      return openShards(pathOf(config, config.path), config, options);
    case "imagenet-1k":
      return openImageNet(config, options);
  }
}

/** A damaged file in our own cache is fetched again, and said; one anywhere else is an error that names it. */
async function openFashionMnist(trainLimit: number | undefined, { onProgress }: OpenOptions): Promise<Dataset> {
  const found = locateFashionMnist() ?? (await fetchFashionMnist(onProgress));
  try {
    return await readFashionMnist(found.directory, trainLimit);
  } catch (error) {
    if (found.source !== "cache" || !(error instanceof DataError)) throw error;
    onProgress?.(`${error.message} It is set aside and fetched again.`);
    await rm(found.directory, { recursive: true, force: true });
    return readFashionMnist((await fetchFashionMnist(onProgress)).directory, trainLimit);
  }
}

async function openImageNet(config: FileDataConfig, options: OpenOptions): Promise<Dataset> {
  const data = await openFolder(pathOf(config, config.path ?? process.env.NJEPA_IMAGENET), config, options);
  if (data.classNames.length === 1000) return data;
  throw new DataError(
    `The folder given as imagenet-1k has ${data.classNames.length} classes: expected 1000. ` +
      `For images of your own set data.name to "folder".`,
  );
}

function pathOf({ name }: FileDataConfig, path: string | undefined): string {
  if (path !== undefined && path !== "") return resolve(path);
  const variable = name === "imagenet-1k" ? " or the variable NJEPA_IMAGENET" : "";
  throw new DataError(
    `Data set "${name}" needs a place: expected data.path${variable} to name its folder, got nothing.`,
  );
}
