import { tf } from "../engine";
import { type Parameters, parameter } from "./parameters";

/** How flat rows of tokens belong together. */
export interface TokenRows {
  /** Sequences, R. */
  rows: number;
  /** Tokens of a sequence, N. */
  tokens: number;
}

/** Far below every score, so that its exponential is exactly zero in float32. */
const EXCLUDED = -1e9;

/** [R, 1, 1, N] added to scores: 0 where `keyMask` [R, N] is 1, far below zero where it is 0. */
export function scoreBias(keyMask: tf.Tensor2D): tf.Tensor4D {
  const [rows, tokens] = keyMask.shape;
  return tf.reshape(tf.mul(tf.sub(1, keyMask), EXCLUDED), [rows, 1, 1, tokens]);
}

/**
 * Multi-head attention of the queries' tokens over the keys' tokens, before the output projection.
 *
 * Queries, keys and values are three products with slices of the fused weight: measured faster than one product that
 * is taken apart afterwards, and queries may be fewer than keys.
 *
 * @param queries  [R·Q, D] with its `TokenRows`
 * @param keys     [R·N, D] with its `TokenRows`
 * @param bias     of `scoreBias`, or nothing: every key is seen
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
    const offset = tf.slice(parameter(params, `${name}.bias`), [index * width], [width]);
    const product = tf.add(tf.matMul(x, weight as tf.Tensor2D, false, true), offset);
    const split: tf.Tensor4D = tf.reshape(product, [rows, tokens, layout.heads, headWidth]);
    return tf.transpose(split, [0, 2, 1, 3]);
  };
  const query = tf.mul(part(0, queries, layout.queries), headWidth ** -0.5);
  const key = part(1, keys, layout.keys);
  const value = part(2, keys, layout.keys);
  const scores = tf.matMul(query, key, false, true); // [R, heads, Q, N]
  const weights = tf.softmax(bias ? tf.add(scores, bias) : scores);
  const mixed = tf.transpose(tf.matMul(weights, value), [0, 2, 1, 3]);
  return tf.reshape(mixed, [layout.queries.rows * layout.queries.tokens, width]);
}
