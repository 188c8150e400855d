import { inFloat32, tf } from "../engine";

/** XLA fuses fewer than 32 partial products into one pass. */
const MOST_PARTS = 31;

/**
 * The sum of all squares, computed as products of equal parts with themselves.
 *
 * These read each number once. XLA's CPU program for a sum of squares makes three passes over memory, which for a large
 * model is more than the norm is worth.
 */
export function squaredNorm(x: tf.Tensor): tf.Scalar {
  let parts = MOST_PARTS;
  while (x.size % parts > 0) parts--;
  const products = inFloat32(() => tf.matMul(tf.reshape(x, [parts, 1, -1]), tf.reshape(x, [parts, -1, 1])));
  return tf.sum(products);
}
