import { existsSync } from "node:fs";
import { rm } from "node:fs/promises";
import { dirname, join, resolve } from "node:path";
import { type DatasetName, datasets } from "../../config";
import { DataError } from "../../errors";
import { cacheFolder, fillFolder, isDiskFull, isFolderSync, makeFolder, type OnProgress } from "../../system";
import type { Dataset } from "../dataset";
import type { DatasetConfig, FoundData, OpenOptions } from "../source";
import { expectEnough } from "../train-limit";

/** A source of published files: fills a folder with them or throws. */
export interface Mirror {
  name: string;
  fill(folder: string, onProgress: OnProgress): Promise<void>;
}

/** Where the files of a published data set are looked for and fetched from. */
export interface PublishedFiles {
  name: DatasetName;
  /** All of them are needed. */
  files: readonly string[];
  /** Or all of these, which `read` takes instead. */
  unpacked?: readonly string[];
  /** Where the system's packages put them. */
  systemFolder?: string;
  /** Tried in this order. */
  mirrors: readonly Mirror[];
  /** Disk space that fetching takes, in words. */
  room: string;
}

/** A data set published as files with known names and contents. */
export interface PublishedData extends PublishedFiles {
  /** How many training images it has. */
  trainImages: number;
  /**
   * @param trainLimit keep only this many training images, from the start
   * @throws {DataError} naming a file that is missing, damaged or not the published one
   */
  read(directory: string, trainLimit?: number): Promise<Dataset>;
}

/**
 * Looks for published data on this machine: in `NJEPA_DATA` (or the folder of the data set's name in it), this user's
 * cache, the system's folder. Checks names only.
 *
 * @throws {DataError} when `NJEPA_DATA` is set and has neither these files nor a folder of another data set
 */
export function locatePublished(data: PublishedFiles): FoundData | null {
  const { name, files, systemFolder } = data;
  const isWhole = (directory: string) => hasFiles(directory, data);
  const stated = process.env.NJEPA_DATA;
  if (stated !== undefined && stated !== "") {
    const directory = [resolve(stated, name), resolve(stated)].find(isWhole);
    if (directory !== undefined) return { directory, source: "explicit" };
    const isCollection = Object.keys(datasets).some((other) => other !== name && isFolderSync(join(stated, other)));
    if (!isCollection) {
      throw new DataError(
        `NJEPA_DATA is ${stated}: expected a folder that has, or whose folder ${name} has, ${files.join(", ")}. ` +
          `Correct it, or unset it so that the data is found or fetched.`,
      );
    }
  }
  const cache = cacheFolder(name);
  if (isWhole(cache)) return { directory: cache, source: "cache" };
  return systemFolder !== undefined && isWhole(systemFolder) ? { directory: systemFolder, source: "system" } : null;
}

/**
 * Folder of published data that are only found, not fetched: `data.path`, or where they lie on this machine.
 *
 * @param expected the archive to unpack, and the folder to name
 * @throws {DataError} saying so when they are not there
 */
export function unpackedFolder(
  data: PublishedFiles,
  { path }: DatasetConfig,
  expected: { archive: string; folder: string },
): string {
  const found = path === undefined ? locatePublished(data)?.directory : resolve(path);
  if (found !== undefined && hasFiles(found, data)) return found;
  throw new DataError(
    `${datasets[data.name].title} is not ${found === undefined ? "on this machine" : `in ${found}`}: expected ${expected.archive} unpacked, and data.path or ` +
      `NJEPA_DATA to name ${expected.folder}.`,
  );
}

/**
 * Reads published data, fetched if need be. A damaged file in our own cache is fetched again and reported.
 *
 * @throws {DataError} before anything is read or fetched, when `data.trainLimit` is more than there are
 */
export async function openPublished(
  data: PublishedData,
  { trainLimit }: Pick<DatasetConfig, "trainLimit">,
  { onProgress }: OpenOptions,
): Promise<Dataset> {
  expectEnough(data.trainImages, trainLimit);
  const found = locatePublished(data) ?? (await fetchPublished(data, onProgress));
  try {
    return await data.read(found.directory, trainLimit);
  } catch (error) {
    if (found.source !== "cache" || !(error instanceof DataError)) throw error;
    onProgress?.(`${error.message} It is set aside and fetched again.`);
    return data.read((await fetchPublished(data, onProgress, { isDoubted: true })).directory, trainLimit);
  }
}

/**
 * Fetches published data into the user's cache, complete and verified or not at all.
 *
 * @param options.isDoubted what lies in the cache is read first, and replaced if it is damaged: another process may have
 *   replaced it meanwhile
 * @throws {DataError} with what was tried and what to do
 */
export async function fetchPublished(
  data: PublishedData,
  onProgress: OnProgress = () => {},
  { isDoubted = false } = {},
): Promise<FoundData> {
  const { title } = datasets[data.name];
  const directory = cacheFolder(data.name);
  try {
    const isFetched = await fillFolder(directory, {
      what: `another process that fetches ${title}`,
      onProgress,
      isWhole: async () => hasFiles(directory, data) && (!isDoubted || (await isWhole(data, directory))),
      fill: (partial) => fetchInto(partial, data, onProgress),
    });
    return { directory, source: isFetched ? "fetched" : "cache" };
  } catch (error) {
    throw isDiskFull(error) ? diskFull(title, data.room, directory, error) : error;
  }
}

/** Fills an empty folder from the first mirror whose files are read without complaint. */
async function fetchInto(directory: string, data: PublishedData, onProgress: OnProgress): Promise<void> {
  const { title } = datasets[data.name];
  const tried: string[] = [];
  for (const mirror of data.mirrors) {
    try {
      await mirror.fill(directory, onProgress);
      await data.read(directory);
      return;
    } catch (error) {
      if (isDiskFull(error)) throw error;
      tried.push(`  - ${mirror.name}: ${(error as Error).message}`);
      onProgress(`${mirror.name} did not give ${title}, going on`);
    }
    await rm(directory, { recursive: true, force: true });
    await makeFolder(directory);
  }
  throw new DataError(
    `${title} could neither be found on this machine nor fetched. Tried in this order:\n${tried.join("\n")}\n` +
      `Put ${data.files.join(", ")} into a folder and set NJEPA_DATA to it.`,
  );
}

function hasFiles(directory: string, { files, unpacked }: Pick<PublishedData, "files" | "unpacked">): boolean {
  const areThere = (names: readonly string[]) => names.every((name) => existsSync(join(directory, name)));
  return areThere(files) || (unpacked !== undefined && areThere(unpacked));
}

async function isWhole({ read }: PublishedData, directory: string): Promise<boolean> {
  try {
    await read(directory);
    return true;
  } catch (error) {
    if (error instanceof DataError) return false;
    throw error;
  }
}

function diskFull(title: string, room: string, directory: string, cause: unknown): DataError {
  return new DataError(
    `The disk of ${dirname(directory)} ran full while ${title} was fetched: expected room for ${room}. ` +
      `Free some, or set XDG_CACHE_HOME to a folder on a larger disk.`,
    { cause },
  );
}
