import type { TermGradient } from "../../train";
import type { Job } from "../job";
import { gradientsOf } from "../store/gradients";
import { type StudyResults, trainingsOf } from "../store/results";
import { openStore } from "../store/store";

/** Norm of a gradient in one training, after a share of its steps. */
export interface StudyGradient extends TermGradient {
  row: string;
  seed: number;
  at: number;
}

/**
 * Norms of each loss term's gradient by layer and predictor, for every training of a study with checkpoints in the
 * store; for published trainings, those of their ends where they were kept.
 *
 * @param at shares of the trainings, of `train.checkpoint.keepMarks`, or 1 for their ends
 */
export async function studyGradients(results: StudyResults, at: readonly number[] = [1]): Promise<StudyGradient[]> {
  const store = openStore(results.store);
  const jobs = new Map(results.jobs.map(({ key, job }) => [key, job]));
  const found: StudyGradient[] = [];
  for (const { row, seed, key } of trainingsOf(results))
    for (const mark of at) {
      const gradients = await gradientsOf(store, key, mark, jobs.get(key) as Job);
      found.push(...gradients.map((one) => ({ row, seed, at: mark, ...one })));
    }
  return found;
}
