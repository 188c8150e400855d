import { type Displayable, pointsText, table } from "../../report";
import { type ImageEffect, imageEffect } from "../statistics/per-image";
import type { CellResult, StudyResults } from "../store/results";
import { cellOf, resultOfSeed } from "./cells";
import { orderingsOf, orderingText, type PlacedOrdering, termsOf } from "./effects";

/** One row minus another, image by image, over their common training seeds and label subsets; null where not kept. */
export function imagePairs(results: StudyResults, ordering: PlacedOrdering): ImageEffect | null {
  const [one, other] = termsOf({ ...ordering, contrast: undefined }).map(({ row, column }) =>
    cellOf(results, row, column),
  ) as [CellResult, CellResult];
  const pairs = (one.seedless ? other : one).seeds.flatMap(({ seed }) => {
    const [above, below] = [resultOfSeed(one, seed)?.right ?? [], resultOfSeed(other, seed)?.right ?? []];
    return above.length === below.length ? above.map((it, at) => ({ above: it, below: below[at] ?? it })) : [];
  });
  return imageEffect(pairs);
}

/** Every claimed difference with test images as the sample, and McNemar's test for each pair of trainings. */
export function imagesTable(results: StudyResults): Displayable {
  const several = results.study.config.columns.length > 1;
  const found = orderingsOf(results.study).flatMap((ordering) => {
    const effect = ordering.contrast ? null : imagePairs(results, ordering);
    return effect ? [row(orderingText(ordering, several), effect)] : [];
  });
  return table(found, {
    id: `${results.study.config.name}-images`,
    caption:
      "The same differences image by image: 95 % intervals had other test images been drawn for the same trainings, which says nothing of " +
      "other trainings; images that only one of the two tells right; pairs of trainings of which McNemar's exact test says p ≤ .05, each way",
    columns: {
      difference: {},
      points: { header: "points (95 %)", align: "right" },
      above: { header: "only the first", unit: "%", digits: 1 },
      below: { header: "only the second", unit: "%", digits: 1 },
      pairs: { header: "McNemar", align: "right" },
    },
  });
}

function row(difference: string, { mean, interval, onlyAbove, onlyBelow, p, better }: ImageEffect) {
  const found = (way: 1 | -1) => p.filter((value, at) => value <= 0.05 && better[at] === way).length;
  return {
    difference,
    points: pointsText({ mean, interval }),
    above: 100 * onlyAbove,
    below: 100 * onlyBelow,
    pairs: `${found(1)} above, ${found(-1)} below, of ${p.length}`,
  };
}
