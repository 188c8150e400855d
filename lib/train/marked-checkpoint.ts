import type { Run } from "../config";
import type { Dataset } from "../data";
import { loadStep } from "./checkpoint";
import { markedStep } from "./checkpoint-retention";
import { checkpointPath } from "./run-folder";
import { runLength } from "./run-length";
import type { TrainState } from "./state";

/**
 * The state of a finished training after a fraction of its steps, one of `train.checkpoint.keepMarks`; the caller
 * disposes it.
 *
 * @throws {CheckpointError} when the checkpoint is missing, damaged or of another step
 */
export async function loadMarked(folder: string, mark: number, run: Run, data: Dataset): Promise<TrainState> {
  const step = markedStep(mark, runLength(data.split("train"), run));
  return loadStep(checkpointPath(folder, step), step, run);
}
