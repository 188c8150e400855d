import { existsSync } from "node:fs";
import { mkdir, readdir, rename, rm } from "node:fs/promises";
import { basename, dirname, join, resolve } from "node:path";
import { DataError } from "../../errors";
import { cacheFolder, type OnProgress, withLock } from "../../system";
import { copyFromDebian } from "./debian-package";
import { download } from "./download";
import { fashionMnistFiles, readFashionMnist } from "./fashion-mnist";

/** A folder that has all four files, unread, and how we came to it. */
export interface FoundData {
  directory: string;
  source: "explicit" | "cache" | "system" | "fetched";
}

const names = Object.values(fashionMnistFiles).map((file) => file.name);
const systemFolder = "/usr/share/datasets/fashion-mnist";
const address = "http://fashion-mnist.s3-website.eu-central-1.amazonaws.com";

/**
 * Looks for Fashion-MNIST on this machine: the folder in `NJEPA_DATA` (or `fashion-mnist` in it), this user's cache, the
 * folder of Debian's package `dataset-fashion-mnist`. Looks at names only.
 *
 * @throws {DataError} when `NJEPA_DATA` is set and does not have the four files
 */
export function locateFashionMnist(): FoundData | null {
  const stated = process.env.NJEPA_DATA;
  if (stated !== undefined && stated !== "") {
    const directory = [resolve(stated, "fashion-mnist"), resolve(stated)].find(isWhole);
    if (directory !== undefined) return { directory, source: "explicit" };
    throw new DataError(
      `NJEPA_DATA is ${stated}: expected a folder that has, or whose folder fashion-mnist has, ${names.join(", ")}. ` +
        `Correct it, or unset it so that the data is found or fetched.`,
    );
  }
  if (isWhole(cacheFolder("fashion-mnist"))) return { directory: cacheFolder("fashion-mnist"), source: "cache" };
  return isWhole(systemFolder) ? { directory: systemFolder, source: "system" } : null;
}

/** One place that Fashion-MNIST may be had from: fills a folder with the four files or throws. */
export type DataSource = { name: string; fill: (folder: string, onProgress: OnProgress) => Promise<void> };

const sources: DataSource[] = [
  {
    name: address,
    fill: async (folder, onProgress) => {
      for (const name of names) await download(`${address}/${name}`, join(folder, name), onProgress);
    },
  },
  {
    name: "Debian's package dataset-fashion-mnist",
    fill: (folder, onProgress) => copyFromDebian("dataset-fashion-mnist", systemFolder, names, folder, onProgress),
  },
];

/**
 * Fetches Fashion-MNIST into the user's cache, whole and checked or not at all: from its own address, else out of
 * Debian's package.
 *
 * @throws {DataError} with what was tried and what to do
 */
export async function fetchFashionMnist(onProgress: OnProgress = () => {}, from = sources): Promise<FoundData> {
  const directory = cacheFolder("fashion-mnist");
  const what = "another process that fetches Fashion-MNIST";
  return withLock(`${directory}.lock`, { what, onProgress }, async () => {
    if (isWhole(directory)) return { directory, source: "cache" };
    await removeLeftovers(directory);
    const partial = `${directory}.partial-${process.pid}`;
    const tried: string[] = [];
    for (const source of from) {
      try {
        await mkdir(partial, { recursive: true });
        await source.fill(partial, onProgress);
        await readFashionMnist(partial);
        await rm(directory, { recursive: true, force: true });
        await rename(partial, directory);
        return { directory, source: "fetched" };
      } catch (error) {
        if ((error as NodeJS.ErrnoException).code === "ENOSPC") throw diskFull(directory, error);
        tried.push(`  - ${source.name}: ${(error as Error).message}`);
        onProgress(`${source.name} did not give Fashion-MNIST, going on`);
      } finally {
        await rm(partial, { recursive: true, force: true });
      }
    }
    throw new DataError(
      `Fashion-MNIST could neither be found on this machine nor fetched. Tried in this order:\n${tried.join("\n")}\n` +
        `Put ${names.join(", ")} into a folder and set NJEPA_DATA to it.`,
    );
  });
}

function isWhole(directory: string): boolean {
  return names.every((name) => existsSync(join(directory, name)));
}

async function removeLeftovers(directory: string): Promise<void> {
  for (const name of await readdir(dirname(directory))) {
    if (!name.startsWith(`${basename(directory)}.partial-`)) continue;
    await rm(join(dirname(directory), name), { recursive: true, force: true });
  }
}

function diskFull(directory: string, cause: unknown): DataError {
  return new DataError(
    `The disk of ${dirname(directory)} ran full while Fashion-MNIST was fetched: expected room for 31 MB, or 100 MB for ` +
      `Debian's package. Free some, or set XDG_CACHE_HOME to a folder on a larger disk.`,
    { cause },
  );
}
