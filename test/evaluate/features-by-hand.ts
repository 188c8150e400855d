import type { Features } from "../../lib/evaluate";
import { rng } from "../../lib/random";

/** Features from rows of numbers. */
export function features(rows: number[][], labels: number[]): Features {
  const width = rows[0]?.length ?? 0;
  return {
    values: Float32Array.from(rows.flat()),
    labels: Int32Array.from(labels),
    count: rows.length,
    width,
    dataset: "by hand",
  };
}

/** `count` points around `classes` centers that lie `distance` apart on their own axes; labels go round. */
export function clusters(options: { count: number; classes: number; distance: number; seed: number }): Features {
  const { count, classes, distance, seed } = options;
  const random = rng(seed).fold("clusters");
  const labels = Array.from({ length: count }, (_, index) => index % classes);
  const rows = labels.map((label) =>
    Array.from({ length: classes + 2 }, (_, axis) => random.normal() + (axis === label ? distance : 0)),
  );
  return features(rows, labels);
}
