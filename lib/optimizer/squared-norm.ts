import { inFloat32, tf } from "../engine";

/** Of fewer than 32 XLA makes one pass. */
const MOST_PARTS = 31;

/**
 * The sum of all squares, as products of equal parts with themselves.
 *
 * They read each number once. A sum of squares would be three passes over memory in XLA's program for a CPU, more for a
 * large model than the norm is worth.
 */
export function squaredNorm(x: tf.Tensor): tf.Scalar {
  let parts = MOST_PARTS;
  while (x.size % parts > 0) parts--;
  const products = inFloat32(() => tf.matMul(tf.reshape(x, [parts, 1, -1]), tf.reshape(x, [parts, -1, 1])));
  return tf.sum(products);
}
