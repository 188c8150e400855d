import { reducePrecision, tf, transposedAhead } from "../engine";
import { type Parameters, parameter } from "./parameters";

/** How flattened rows of tokens are grouped into sequences. */
export interface TokenRows {
  /** Sequences, R. */
  rows: number;
  /** Tokens per sequence, N. */
  tokens: number;
}

/** Far below any score, so that its exponential is exactly zero in float32. */
const EXCLUDED = -1e9;

/** [R, 1, 1, N] added to scores: 0 where `keyMask` [R, N] is 1, far below zero where it is 0. */
export function scoreBias(keyMask: tf.Tensor2D): tf.Tensor4D {
  const [rows, tokens] = keyMask.shape;
  return tf.reshape(tf.mul(tf.sub(1, keyMask), EXCLUDED), [rows, 1, 1, tokens]);
}

/**
 * Multi-head attention of the query tokens over the key tokens, before the output projection.
 *
 * Queries, keys and values are three products with slices of the fused weight: measured to be faster than splitting one
 * product afterwards, and there may be fewer queries than keys.
 *
 * @param queries  [R·Q, D] with its `TokenRows`
 * @param keys     [R·N, D] with its `TokenRows`
 * @param bias     from `scoreBias`, or nothing: every key is visible
 * @returns        [R·Q, D]
 */
export function attention(
  params: Parameters,
  name: string,
  queries: tf.Tensor2D,
  keys: tf.Tensor2D,
  layout: { heads: number; queries: TokenRows; keys: TokenRows },
  bias?: tf.Tensor4D,
): tf.Tensor2D {
  const width = keys.shape[1];
  const headWidth = width / layout.heads;
  const part = (index: number, x: tf.Tensor2D, { rows, tokens }: TokenRows): tf.Tensor4D => {
    const weight = tf.slice(parameter(params, `${name}.weight`), [index * width, 0], [width, width]);
    const bias = tf.slice(parameter(params, `${name}.bias`), [index * width], [width]);
    const product = reducePrecision(tf.add(tf.matMul(reducePrecision(x), weight as tf.Tensor2D, false, true), bias));
    const split: tf.Tensor4D = tf.reshape(product, [rows, tokens, layout.heads, headWidth]);
    return tf.transpose(split, [0, 2, 1, 3]);
  };
  const query = tf.mul(part(0, queries, layout.queries), headWidth ** -0.5) as tf.Tensor4D;
  const values = weightedValues(query, part(1, keys, layout.keys), part(2, keys, layout.keys), bias);
  const mixed = tf.transpose(values, [0, 2, 1, 3]);
  return tf.reshape(mixed, [layout.queries.rows * layout.queries.tokens, width]);
}

/**
 * softmax(query·keyᵀ + bias)·value for each head: [R, heads, Q, W].
 *
 * Its gradient is written out for two reasons. The sum over keys of weight times gradient, which the softmax gradient
 * needs for each query, equals the product of output and output gradient, summed over the head's few channels (Dao et
 * al., arXiv 2205.14135, appendix B.2). And products along the queries are twice as fast on matrices transposed
 * beforehand.
 */
function weightedValues(query: tf.Tensor4D, key: tf.Tensor4D, value: tf.Tensor4D, bias?: tf.Tensor4D): tf.Tensor4D {
  const attend = tf.customGrad((...args: (tf.Tensor | tf.GradSaveFunc)[]) => {
    const save = args[3] as tf.GradSaveFunc;
    const scores = reducePrecision(tf.matMul(query, key, false, true)); // [R, heads, Q, N]
    const weights = reducePrecision(tf.softmax(bias ? tf.add(scores, bias) : scores));
    const output = reducePrecision(tf.matMul(weights, value));
    save([query, key, value, weights, output]);
    return { value: output, gradFunc: (dy: tf.Tensor, saved: tf.Tensor[]) => attentionGradients(dy, saved) };
  });
  return attend(query, key, value) as tf.Tensor4D;
}

function attentionGradients(gradient: tf.Tensor, saved: tf.Tensor[]): tf.Tensor[] {
  const [query, key, value, weights, output] = saved as [tf.Tensor, tf.Tensor, tf.Tensor, tf.Tensor, tf.Tensor];
  const product = (left: tf.Tensor, right: tf.Tensor, turned = false) =>
    reducePrecision(tf.matMul(left, right, false, turned));
  const dy = reducePrecision(gradient);
  const along = tf.sum(tf.mul(dy, output), -1, true);
  const byScore = reducePrecision(tf.mul(weights, tf.sub(product(dy, value, true), along)));
  return [product(byScore, key), product(transposedAhead(byScore), query), product(transposedAhead(weights), dy)];
}
