import type { TermGradient } from "../../train";
import { gradientsOf } from "../store/gradients";
import type { StudyResults } from "../store/results";
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
      const gradients = await gradientsOf(store, status.key, mark, status.job);
      found.push(...gradients.map((one) => ({ row: row.name, seed, at: mark, ...one })));
    }
  }
  return found;
}
