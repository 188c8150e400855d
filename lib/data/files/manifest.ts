import { createHash } from "node:crypto";
import { readFile, realpath, stat } from "node:fs/promises";
import { availableParallelism } from "node:os";
import { join } from "node:path";
import { cacheFolder, createLimit, type OnProgress, writeDurably } from "../../system";
import { isFatal } from "../problem";
import { type ListedFolder, listFolder } from "./list-folder";

/** Incremented when the contents of a listing change, so that an old one is rebuilt. */
const VERSION = 2;

interface Manifest extends ListedFolder {
  version: number;
  root: string;
}

/**
 * A folder's listing, from the cache if no folder in it has changed since; otherwise listed again and cached.
 *
 * Adding, removing or renaming a file changes its folder's date. Overwriting one in place does not: that is noticed
 * when the file is read, if its length has changed.
 *
 * @param options.fresh list again in any case
 */
export async function listCached(
  folder: string,
  options: { fresh?: boolean | undefined; onProgress?: OnProgress | undefined } = {},
): Promise<ListedFolder> {
  const root = await realpath(folder);
  const file = manifestFile(root, "listing");
  if (!options.fresh) {
    const kept = await readManifest(file);
    if (kept?.version === VERSION && kept.root === root && (await isUnchanged(kept))) return kept;
  }
  const listed = await listFolder(root, options.onProgress);
  // Unreadable files may have been repaired without changing any folder's date.
  if (listed.problems.some(isFatal)) return listed;
  const manifest: Manifest = { version: VERSION, root, ...listed };
  try {
    await writeDurably(file, JSON.stringify(manifest));
  } catch (error) {
    options.onProgress?.(`the listing of ${root} is not kept for the next time: ${(error as Error).message}`);
  }
  return listed;
}

/** The path of an entry about a folder in this user's cache. */
export function manifestFile(root: string, what: string): string {
  return cacheFolder("manifests", `${createHash("sha256").update(root).digest("hex").slice(0, 32)}.${what}.json`);
}

async function readManifest(file: string): Promise<Manifest | null> {
  try {
    return JSON.parse(await readFile(file, "utf8")) as Manifest;
  } catch {
    // Not there, or written by something else: the folder is the truth.
    return null;
  }
}

async function isUnchanged({ root, folders }: Manifest): Promise<boolean> {
  const limit = createLimit(16 * availableParallelism());
  const same = await Promise.all(
    folders.map(([path, changed]) =>
      limit(async () => {
        try {
          return (await stat(join(root, path))).mtimeMs === changed;
        } catch {
          return false;
        }
      }),
    ),
  );
  return same.every(Boolean);
}
