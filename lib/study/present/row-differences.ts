import { summarize } from "../../evaluate";
import { type Displayable, figure, pointsText, table } from "../../report";
import type { StudyResults } from "../store/results";
import { cellOf, halfWidth, measured, resultOfSeed } from "../verdicts/cells";
import { pairedEffect } from "../verdicts/effects";

/** Two rows of a study, by name. */
export interface RowPair {
  above: string;
  below: string;
}

/**
 * Rows minus others, a line for each column: the mean in points with its 95 % interval over training seeds and label
 * subsets. No p value and no verdict: those are of claims that were stated before.
 */
export function differences(results: StudyResults, ...rows: RowPair[]): Displayable {
  const found = effectsOf(results, rows).map(({ effect, ...of }) => ({
    ...of,
    points: effect ? pointsText(effect) : "no interval yet",
  }));
  return table(found, {
    id: `${results.study.config.name}-differences`,
    caption,
    columns: {
      difference: {},
      column: { header: "labels, layers" },
      points: { header: "points (95 %)", align: "right" },
    },
  });
}

/** `differences` as a figure: a panel for each pair of rows on one axis of points, from zero. */
export function studyDifferences(results: StudyResults, ...rows: RowPair[]): Displayable {
  const found = effectsOf(results, rows).flatMap(({ effect, ...of }) =>
    effect ? [{ ...of, mean: effect.mean, low: effect.interval[0], high: effect.interval[1] }] : [],
  );
  const order = results.study.config.columns.map(({ name }) => name);
  const y = { field: "column", type: "nominal" as const, sort: order, title: null };
  const x = { type: "quantitative" as const, title: "points" };
  return figure(
    {
      data: { values: found },
      facet: { column: { field: "difference", type: "nominal", sort: null, title: null } },
      spec: {
        width: 210,
        height: { step: 22 },
        layer: [
          { mark: { type: "rule", strokeWidth: 2 }, encoding: { y, x: { ...x, field: "low" }, x2: { field: "high" } } },
          { mark: { type: "point", filled: true, size: 60 }, encoding: { y, x: { ...x, field: "mean" } } },
          { mark: "rule", encoding: { x: { datum: 0 } } },
        ],
      },
    },
    { id: `${results.study.config.name}-differences-figure`, caption },
  );
}

const caption = "Mean differences in points with their 95 % intervals, over training seeds and label subsets";

function effectsOf(results: StudyResults, rows: readonly RowPair[]) {
  return rows.flatMap(({ above, below }) =>
    results.study.config.columns.map(({ name: column }) => ({
      difference: `${above} − ${below}`,
      column,
      effect: pairedEffect(cellOf(results, above, column), cellOf(results, below, column)),
    })),
  );
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
      const [one, other] = [resultOfSeed(above, seed)?.subsets, resultOfSeed(below, seed)?.subsets];
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
