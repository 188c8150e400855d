import { rm } from "node:fs/promises";
import { join } from "node:path";
import { StudyError } from "../../errors";
import { folderBytes, lockHolder, namesIfThere } from "../../system";
import { finishedCheckpoints } from "../../train";
import { libraryVersion } from "../job";
import { readResult } from "./result";
import type { RunStore } from "./store";

/** An item in a store that no result needs. */
export interface Leftover {
  path: string;
  why: string;
  bytes: number;
}

export interface LeftoverOptions {
  /** Include the last checkpoint of each training and those at its marks; a later evaluation must then train again. */
  checkpoints?: boolean;
  /** Include everything of other library versions. */
  otherVersions?: boolean;
}

/** Names of results and of writes of them; other files are somebody's own. */
const resultFile = /^[0-9a-f]{16}-[0-9a-f]{12}\.json(\.partial-\d+(-\d+)?)?$/;

/**
 * What could be removed from a store: files of interrupted writes, damaged result files, checkpoints of finished
 * trainings but for the last and those at `keepMarks`, which evaluations need. Nothing that is being worked on, and never
 * a sound result of this library version.
 */
export async function leftovers(store: RunStore, options: LeftoverOptions = {}): Promise<Leftover[]> {
  const found: Leftover[] = [];
  const add = async (path: string, why: string) => found.push({ path, why, bytes: await folderBytes(path) });
  if (options.otherVersions)
    for (const version of await store.otherVersions()) {
      const folder = join(store.folder, version);
      if (!(await isWorkedOn(folder))) await add(folder, `of njepa ${version}`);
    }
  for (const key of await namesIfThere(join(store.folder, libraryVersion))) {
    if (!/^[0-9a-f]{64}$/.test(key) || (await lockHolder(store.lockFile(key)))) continue;
    const folder = store.jobFolder(key);
    for (const name of await namesIfThere(join(folder, "results"))) {
      const path = join(folder, "results", name);
      if (!resultFile.test(name)) continue;
      if (name.includes(".partial-")) await add(path, "a write that was cut off");
      else if (await isDamaged(path)) await add(path, "a damaged result");
    }
    const checkpoints = await finishedCheckpoints(store.trainingFolder(key));
    if (!checkpoints) continue;
    for (const path of checkpoints.others) await add(path, "a checkpoint before the last of a finished training");
    if (!options.checkpoints) continue;
    for (const path of checkpoints.marked) await add(path, "a checkpoint that a finished training kept for evaluation");
    await add(checkpoints.last, "the last checkpoint of a finished training");
  }
  return found;
}

/** Removes what `leftovers` found. */
export async function removeLeftovers(found: readonly Leftover[]): Promise<void> {
  for (const { path } of found) await rm(path, { recursive: true, force: true });
}

/** Whether any training of a library version has a holder: a process of that version. */
async function isWorkedOn(folder: string): Promise<boolean> {
  for (const key of await namesIfThere(folder)) if (await lockHolder(join(folder, key, "lock"))) return true;
  return false;
}

async function isDamaged(path: string): Promise<boolean> {
  try {
    await readResult(path);
    return false;
  } catch (error) {
    if (error instanceof StudyError) return true;
    throw error;
  }
}
