import type { EvaluateConfig } from "../../config";
import { tf } from "../../engine";
import type { FeaturePair, Features } from "../features/features";

export interface KnnOptions extends Readonly<EvaluateConfig["knn"]> {
  classes: number;
  signal?: AbortSignal | undefined;
}

/** Most numbers held in memory at once: similarities, or the neighbors' votes, which outnumber them with many classes. */
const MOST_NUMBERS = 2e7;

/** Share of ones. */
export function shareOf(right: Uint8Array): number {
  return right.reduce((sum, one) => sum + one, 0) / right.length;
}

/**
 * 1 for each test image whose class wins the vote of the k most similar training images: features of length 1, cosine
 * similarity s, weight exp(s / temperature).
 *
 * @param options.k  number of neighbors; all training images when there are fewer
 *
 * Source: facebookresearch/dino@7c446df, eval_knn.py, whose temperature is 0.07 and whose best k on ImageNet is 20.
 */
export async function knnRight(
  { train, test }: FeaturePair,
  { classes, k, temperature, signal }: KnnOptions,
): Promise<Uint8Array> {
  const neighbors = Math.min(k, train.count);
  const center = meanDirection(train);
  const known = centeredRows(train, 0, train.count, center);
  const projection = meanProjection(train, center);
  const votes = tf.tidy(() =>
    tf.cast(tf.oneHot(tf.tensor1d(train.labels, "int32"), classes), "float32"),
  ) as tf.Tensor2D;
  const rows = Math.max(1, Math.floor(MOST_NUMBERS / Math.max(train.count, neighbors * classes)));
  const right = new Uint8Array(test.count);
  try {
    for (let start = 0; start < test.count; start += rows) {
      signal?.throwIfAborted();
      const end = Math.min(test.count, start + rows);
      const guesses = tf.tidy(() => {
        const similar = tf.add(tf.matMul(centeredRows(test, start, end, center), known, false, true), projection);
        const { values, indices } = tf.topk(similar, neighbors);
        // The largest is subtracted so that no weight under- or overflows.
        const nearness = tf.sub(values, tf.max(values, 1, true));
        const weights = tf.expandDims(tf.exp(tf.div(nearness, temperature)), 2);
        return tf.argMax(tf.sum(tf.mul(tf.gather(votes, indices as tf.Tensor2D), weights), 1), 1);
      });
      guesses.dataSync().forEach((guess, row) => {
        if (guess === test.labels[start + row]) right[start + row] = 1;
      });
      guesses.dispose();
    }
    return right;
  } finally {
    tf.dispose([known, votes, projection]);
  }
}

/**
 * The mean of the rows, each of length 1. Similarities of features that point nearly the same way differ below
 * float32 precision, so the mean direction is subtracted: with a = m + a' and b = m + b', the part of a·b that depends
 * on a is m·a' + a'·b'. The part that depends on b alone cancels in b's vote.
 */
function meanDirection(features: Features): Float64Array {
  const { count, width } = features;
  const mean = new Float64Array(width);
  for (let row = 0; row < count; row++) {
    const length = lengthOf(features, row);
    for (let at = 0; at < width; at++)
      mean[at] = (mean[at] as number) + (features.values[row * width + at] as number) / length / count;
  }
  return mean;
}

function centeredRows(features: Features, start: number, end: number, center: Float64Array): tf.Tensor2D {
  const { values, width } = features;
  const rows = new Float32Array((end - start) * width);
  for (let row = start; row < end; row++) {
    const length = lengthOf(features, row);
    for (let at = 0; at < width; at++)
      rows[(row - start) * width + at] = (values[row * width + at] as number) / length - (center[at] as number);
  }
  return tf.tensor2d(rows, [end - start, width]);
}

/** m·a' of each row, [1, n]. */
function meanProjection(features: Features, center: Float64Array): tf.Tensor2D {
  const { values, count, width } = features;
  const projections = Float32Array.from({ length: count }, (_, row) => {
    const length = lengthOf(features, row);
    let sum = 0;
    for (let at = 0; at < width; at++) {
      const middle = center[at] as number;
      sum += middle * ((values[row * width + at] as number) / length - middle);
    }
    return sum;
  });
  return tf.tensor2d(projections, [1, count]);
}

function lengthOf({ values, width }: Features, row: number): number {
  let sum = 0;
  for (let at = row * width; at < (row + 1) * width; at++) sum += (values[at] as number) ** 2;
  return Math.max(Math.sqrt(sum), 1e-12);
}
