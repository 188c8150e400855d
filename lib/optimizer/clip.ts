import { tf } from "../engine";

/** Keeps the quotient finite for a zero gradient. */
const EPSILON = 1e-6;

/**
 * The gradients, scaled down together so that their global norm is at most `clipNorm`; null leaves them as they are.
 *
 * @param norm  L2 norm of all gradients as one vector
 *
 * Source: Pascanu et al., arXiv 1211.5063, Algorithm 1; epsilon as in the reference framework's `clip_grad_norm_`.
 */
export function clipGradients(
  gradients: Readonly<Record<string, tf.Tensor>>,
  norm: tf.Scalar,
  clipNorm: number | null,
): Readonly<Record<string, tf.Tensor>> {
  if (clipNorm === null) return gradients;
  const factor = tf.minimum(1, tf.div(clipNorm, tf.add(norm, EPSILON)));
  return Object.fromEntries(Object.entries(gradients).map(([name, gradient]) => [name, tf.mul(gradient, factor)]));
}
