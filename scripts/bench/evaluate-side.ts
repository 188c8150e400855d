/** Shared by the parts of the benchmark `evaluate`. */
import type { Dataset, Features, TrainState } from "njepa";
import type { BenchmarkOptions } from "./measure";
import type { Peer } from "./peer";

export interface EvaluateBench {
  options: BenchmarkOptions;
  data: Dataset;
  state: TrainState;
  /** Folder where features are kept, for studies to start from. */
  folder: string;
  /** Null if torch or scikit-learn is missing; `absent` says why. */
  peer: Peer | null;
  absent: string;
}

export const CLASSES = 10;
const source = { encoder: "student", layers: "last4", blocks: 4, images: "whole images" } as const;
/** What the benchmarks' features are, for `probeFeatures`. */
export const from = { classes: CLASSES, source };

export function takeEvery(features: Features, step: number): Features {
  return take(
    features,
    Int32Array.from({ length: Math.floor(features.count / step) }, (_, index) => index * step),
  );
}

export function take(features: Features, places: Int32Array): Features {
  const { width } = features;
  const values = new Float32Array(places.length * width);
  places.forEach((from, to) => {
    values.set(features.values.subarray(from * width, (from + 1) * width), to * width);
  });
  const labels = Int32Array.from(places, (place) => features.labels[place] as number);
  return { ...features, values, labels, count: places.length };
}

/** Rows of float32 with the label as an extra column. */
export function withLabels({ values, labels, count, width }: Features): Uint8Array {
  const table = new Float32Array(count * (width + 1));
  for (let at = 0; at < count; at++) {
    table.set(values.subarray(at * width, (at + 1) * width), at * (width + 1));
    table[at * (width + 1) + width] = labels[at] as number;
  }
  return new Uint8Array(table.buffer);
}
