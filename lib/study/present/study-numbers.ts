import type { StudyResults } from "../store/results";

/** One number of a study: one training, evaluation and label subset. */
export interface StudyNumber {
  column: string;
  row: string;
  seed: number;
  /** Index among the label subsets; null for what is missing. */
  subset: number | null;
  labels: number | null;
  /** Percent of the test images; null for what is missing. */
  top1: number | null;
  /** The paper's percent for the row and column; null where it is lost or the paper has no such row. */
  paper: number | null;
  [column: string]: string | number | null;
}

/** Every number of a study's results, present or missing, one per row: `arquero().from(studyNumbers(results))`. */
export function studyNumbers({ study, cells }: StudyResults): StudyNumber[] {
  return cells.flatMap(({ row, column, seeds, missing }) => {
    const paper = study.config.rows.find(({ name }) => name === row)?.paper[column]?.value ?? null;
    const measured = seeds.flatMap(({ seed, subsets, labels }) =>
      subsets.map((top1, subset) => ({ column, row, seed, subset, labels, top1, paper })),
    );
    const none = { subset: null, labels: null, top1: null, paper };
    return [...measured, ...missing.map(({ seed }) => ({ column, row, seed, ...none }))];
  });
}
