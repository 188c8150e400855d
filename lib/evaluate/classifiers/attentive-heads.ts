import { tf } from "../../engine";
import { ConfigError } from "../../errors";
import { rng } from "../../random";
import { sizeFromShape } from "../../shape";
import { type HeadShape, type Heads, modelHeads } from "./heads";

export interface AttentiveShape extends HeadShape {
  /** Tokens per image; `width` is that of all of them together. */
  tokens: number;
  /** Number of learned queries; must divide a token's width. */
  queries: number;
  /** Per-channel shift and scale of the tokens; absent: they stay as they are. */
  moments?: { mean: Float32Array; std: Float32Array } | undefined;
  seed: number;
}

/**
 * Classifiers that learn which tokens to attend to: learned queries pool an image's tokens, each pooled token is
 * projected to its share of the width, and a linear layer reads their concatenation.
 *
 * Keys are the tokens themselves, so each query costs one vector: multi-query cross-attention
 * without its redundant projections.
 *
 * @throws {ConfigError} when the queries do not divide a token's width
 *
 * Source: Psomas et al., arXiv 2506.10178 (efficient probing); attentive probes: Bardes et al., arXiv 2404.08471
 * (V-JEPA).
 */
export function attentiveHeads(shape: AttentiveShape): Heads {
  const { classes, rates, tokens, queries, moments, seed } = shape;
  const width = shape.width / tokens;
  if (width % queries !== 0) {
    throw new ConfigError(
      `evaluate.attentive.queries is ${queries}, which does not divide the ${width} numbers of a token: expected a divisor.`,
    );
  }
  const part = width / queries;
  const random = rng(seed).fold("attentive-probe");
  const drawn = (name: string, dims: number[], std: number) => {
    const stream = random.fold(name);
    const size = sizeFromShape(dims);
    const one = tf.tensor(
      Float32Array.from({ length: size }, () => std * stream.normal()),
      [1, ...dims],
    );
    return tf.tile(one, [rates, ...dims.map(() => 1)]);
  };
  return modelHeads("attentive_probe", shape, {
    first: () => [
      drawn("queries", [queries, width], 0.02),
      drawn("values", [queries, width, part], 1 / Math.sqrt(width)),
      drawn("classifier", [width, classes], 0.01),
      tf.zeros([rates, 1, classes]),
    ],
    forward: (x, values) => attentiveLogits(x, values, { tokens, moments }),
    ratesOf(scaled) {
      const [three, four] = [tf.reshape(scaled, [rates, 1, 1]), tf.reshape(scaled, [rates, 1, 1, 1])];
      return [three, four, three, three];
    },
  });
}

/**
 * Scores of the classes from an image's tokens.
 *
 * @param x       [B, tokens · D]
 * @param values  queries [R, Q, D], projections [R, Q, D, D/Q], classifier [R, D, classes] and bias [R, 1, classes]
 * @returns       [B, R, classes]
 */
export function attentiveLogits(
  x: tf.Tensor2D,
  [query, value, classifier, bias]: readonly tf.Tensor[],
  { tokens, moments }: Pick<AttentiveShape, "tokens" | "moments">,
): tf.Tensor3D {
  const [rates, queries, width, part] = (value as tf.Tensor4D).shape;
  const count = x.shape[0];
  const raw: tf.Tensor3D = tf.reshape(x, [count, tokens, width]);
  const seen: tf.Tensor3D = moments ? tf.div(tf.sub(raw, tf.tensor1d(moments.mean)), tf.tensor1d(moments.std)) : raw;
  const all = tf.reshape(query as tf.Tensor, [rates * queries, width]) as tf.Tensor2D;
  const scores = tf.matMul(tf.reshape(seen, [count * tokens, width]) as tf.Tensor2D, all, false, true);
  const perQuery = tf.transpose(tf.reshape(scores, [count, tokens, rates * queries]), [0, 2, 1]);
  const attention = tf.softmax(tf.div(perQuery, Math.sqrt(width)));
  const pooled = tf.transpose(tf.matMul(attention as tf.Tensor3D, seen), [1, 0, 2]);
  const values = tf.reshape(value as tf.Tensor, [rates * queries, width, part]) as tf.Tensor3D;
  const projected = tf.reshape(tf.matMul(pooled as tf.Tensor3D, values), [rates, queries, count, part]);
  const joined = tf.reshape(tf.transpose(projected, [0, 2, 1, 3]), [rates, count, width]) as tf.Tensor3D;
  const logits = tf.add(tf.matMul(joined, classifier as tf.Tensor3D), bias as tf.Tensor);
  return tf.transpose(logits, [1, 0, 2]) as tf.Tensor3D;
}
