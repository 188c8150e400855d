import { CheckpointError, DataError } from "../../errors";
import { loadMarked, type TermGradient, termGradients } from "../../train";
import type { Job } from "../job";
import type { StudyResults } from "../store/results";
import { openStore } from "../store/store";
import { dataset } from "../study-data";

/** Norm of a gradient in one training, after a share of its steps. */
export interface StudyGradient extends TermGradient {
  row: string;
  seed: number;
  at: number;
}

/**
 * Norms of each loss term's gradient by layer and predictor, for every training of a study with checkpoints in the
 * store.
 *
 * @param at shares of the trainings, of `train.checkpoint.keepMarks`, or 1 for their ends
 */
export async function studyGradients(
  { study, jobs, store: folder }: StudyResults,
  at: readonly number[] = [1],
): Promise<StudyGradient[]> {
  const store = openStore(folder);
  const [column] = study.config.columns;
  const found: StudyGradient[] = [];
  for (const { row, seed, job, column: own } of study.cells) {
    const status = jobs[job];
    if (own !== column || row.source !== "trained" || status?.state !== "done") continue;
    for (const mark of at) {
      const gradients = await gradientsAt(store.trainingFolder(status.key), mark, status.job);
      found.push(...gradients.map((one) => ({ row: row.name, seed, at: mark, ...one })));
    }
  }
  return found;
}

/** Gradient norms at one mark; none where only the results are here, without weights or images. */
async function gradientsAt(folder: string, mark: number, job: Job): Promise<TermGradient[]> {
  try {
    const data = await dataset(job);
    const state = await loadMarked(folder, mark, job.run, data);
    return await termGradients(state, data).finally(() => state.dispose());
  } catch (error) {
    if (error instanceof CheckpointError || error instanceof DataError) return [];
    throw error;
  }
}
