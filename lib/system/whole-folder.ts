import { open, readdir, rename, rm } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import { withLock } from "./lock";
import { makeFolder } from "./make-folder";
import type { OnProgress } from "./progress";

/** How a folder is filled. */
export interface FolderFilling {
  /** The object of the wait for another process, for the progress line: `"another process that fetches TensorFlow"` */
  what: string;
  onProgress?: OnProgress | undefined;
  /** Whether the folder is already as it should be: another process may have filled it meanwhile. */
  isWhole: () => boolean | Promise<boolean>;
  /** Writes into an empty folder beside it, which takes its place once this resolves; it syncs its files itself. */
  fill: (partial: string) => Promise<void>;
}

/**
 * Fills a folder whole or not at all, unless it is whole; one process at a time, and the second uses the first one's result.
 * What was there stays until it is replaced. Leftovers of killed processes are removed.
 *
 * @returns whether it was filled now
 */
export async function fillFolder(folder: string, filling: FolderFilling): Promise<boolean> {
  return withLock(`${folder}.lock`, filling, async () => {
    if (await filling.isWhole()) return false;
    await removeLeftovers(folder);
    const partial = `${folder}.partial-${process.pid}`;
    try {
      await makeFolder(partial);
      await filling.fill(partial);
      await syncFolder(partial);
      await rm(folder, { recursive: true, force: true });
      await rename(partial, folder);
      await syncFolder(dirname(folder));
    } finally {
      await rm(partial, { recursive: true, force: true });
    }
    return true;
  });
}

/** No other process is using them, since this one holds the lock. */
async function removeLeftovers(folder: string): Promise<void> {
  const parent = dirname(folder);
  for (const name of await readdir(parent)) {
    if (!name.startsWith(`${basename(folder)}.partial-`)) continue;
    await rm(join(parent, name), { recursive: true, force: true });
  }
}

async function syncFolder(folder: string): Promise<void> {
  const handle = await open(folder, "r");
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}
