import type { EvaluateConfig } from "../config";
import { tf } from "../engine";
import type { FeaturePair, Features } from "./features";
import type { Learner } from "./learner";

/** Similarities that are held at once. */
const MOST_SIMILARITIES = 2e7;

/** `knn`: nothing is learned and nothing chosen; k and temperature are the config's. */
export const learnKnn: Learner = async ({ train, test, classes, config, signal }) => ({
  accuracy: await knnAccuracy({ train, test }, classes, config.knn, signal),
  chosen: {},
  atEdge: [],
});

/**
 * Share of test images whose class wins the vote of the k most similar training images: features of length 1, cosine
 * similarity s, weight exp(s / temperature).
 *
 * @param options.k  all of the training images when there are fewer
 *
 * Source: facebookresearch/dino@7c446df, eval_knn.py, whose temperature is 0.07 and whose best k on ImageNet is 20.
 */
export async function knnAccuracy(
  { train, test }: FeaturePair,
  classes: number,
  { k, temperature }: EvaluateConfig["knn"],
  signal?: AbortSignal,
): Promise<number> {
  const neighbors = Math.min(k, train.count);
  const known = unitRows(train, 0, train.count);
  const votes = tf.tidy(() =>
    tf.cast(tf.oneHot(tf.tensor1d(train.labels, "int32"), classes), "float32"),
  ) as tf.Tensor2D;
  const rows = Math.max(1, Math.floor(MOST_SIMILARITIES / train.count));
  let right = 0;
  try {
    for (let start = 0; start < test.count; start += rows) {
      signal?.throwIfAborted();
      const end = Math.min(test.count, start + rows);
      const guesses = tf.tidy(() => {
        const similar = tf.matMul(unitRows(test, start, end), known, false, true);
        const { values, indices } = tf.topk(similar, neighbors);
        const weights = tf.expandDims(tf.exp(tf.div(values, temperature)), 2);
        return tf.argMax(tf.sum(tf.mul(tf.gather(votes, indices as tf.Tensor2D), weights), 1), 1);
      });
      guesses.dataSync().forEach((guess, row) => {
        if (guess === test.labels[start + row]) right++;
      });
      guesses.dispose();
    }
    return right / test.count;
  } finally {
    tf.dispose([known, votes]);
  }
}

function unitRows({ values, width }: Features, start: number, end: number): tf.Tensor2D {
  return tf.tidy(() => {
    const rows = tf.tensor2d(values.subarray(start * width, end * width), [end - start, width]);
    return tf.div(rows, tf.maximum(tf.norm(rows, "euclidean", 1, true), 1e-12));
  });
}
