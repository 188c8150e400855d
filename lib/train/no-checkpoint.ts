import { readdir } from "node:fs/promises";
import { basename, dirname, resolve } from "node:path";
import { CheckpointError } from "../errors";
import { FILES, newestCheckpoint } from "./run-folder";

/**
 * The error for a folder without a checkpoint's file: what the folder is instead, and what to give in its place.
 *
 * @param file  what it lacks
 */
export async function noCheckpoint(directory: string, file: string, cause: unknown): Promise<CheckpointError> {
  const say = (what: string) => new CheckpointError(`${directory} is not a checkpoint: ${what}`, { cause });
  const names = await readdir(directory).catch(() => null);
  if (names === null) return say("there is no such folder. Give a run's folder, or one of its checkpoints.");
  const newest = await newestCheckpoint(directory);
  if (newest !== undefined) return say(`it is a run's folder, whose newest checkpoint is ${newest}. Give that.`);
  if (names.includes(FILES.run))
    return say(
      "it is the folder of a run that has saved none yet. Let it train on: it saves after each epoch, or as often as " +
        "train --checkpoint-every says.",
    );
  const run = dirname(resolve(directory));
  const beside = basename(resolve(directory)) === FILES.checkpoints ? await readdir(run) : [];
  if (beside.includes(FILES.run))
    return say(`it is where a run keeps its checkpoints. Give one of them, or the run's folder, ${run}.`);
  return say(`it has no ${file}, and is no run's folder, which has ${FILES.run}. Give one of the two.`);
}
