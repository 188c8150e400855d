import { summarize } from "../../evaluate";
import { type Displayable, table } from "../../report";
import type { StudyResults } from "../store/results";
import { pairedEffect } from "./effects";
import { pointsText } from "./sentences";
import { cellOf, halfWidth, measured, seedResult } from "./study-rows";

/** Two rows of a study, by name. */
export interface RowPair {
  above: string;
  below: string;
}

/**
 * One row minus others, a line for each column: the mean in points with its 95 % interval over training seeds and label
 * subsets. No p value and no verdict: those are of claims that were stated before.
 */
export function differences(results: StudyResults, ...rows: RowPair[]): Displayable {
  const { name, columns } = results.study.config;
  const found = rows.flatMap(({ above, below }) =>
    columns.map(({ name: column }) => {
      const effect = pairedEffect(cellOf(results, above, column), cellOf(results, below, column));
      const points = effect ? pointsText(effect) : "no interval yet";
      return { difference: `${above} − ${below}`, column, points };
    }),
  );
  return table(found, {
    id: `${name}-differences`,
    caption: "Mean differences in points with their 95 % intervals, over training seeds and label subsets",
    columns: {
      difference: {},
      column: { header: "labels, layers" },
      points: { header: "points (95 %)", align: "right" },
    },
  });
}

/**
 * One row minus another on the same label subsets, per training seed: the mean over subsets ± half its 95 % interval.
 * It covers label subsets only; whether another training would agree is what `claims` asks.
 */
export function pairs(results: StudyResults, rows: RowPair): Displayable {
  const { config } = results.study;
  const found = config.columns.flatMap(({ name }) => {
    const [above, below] = [cellOf(results, rows.above, name), cellOf(results, rows.below, name)];
    return (above.seedless ? below : above).seeds.flatMap(({ seed, labels }) => {
      const [one, other] = [seedResult(above, seed)?.subsets, seedResult(below, seed)?.subsets];
      if (one === undefined || one.length !== other?.length) return [];
      const gain = summarize(one.map((top1, at) => top1 - (other[at] as number)));
      return [{ column: name, labels, seed, gain: measured(gain.mean, halfWidth(gain), gain.n) }];
    });
  });
  return table(found, {
    id: `${config.name}-pairs`,
    caption: `${rows.above} less ${rows.below} on the same label subsets: mean ± half its 95 % interval over subsets`,
    columns: {
      column: { header: "labels, layers" },
      seed: { header: "training seed" },
      gain: { unit: "points", digits: 1 },
    },
  });
}
