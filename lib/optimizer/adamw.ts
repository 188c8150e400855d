import type { OptimizerConfig } from "../config";
import { barrier, select, tf } from "../engine";

/** One parameter with its gradient and moments, all of one shape. */
export interface AdamWState {
  parameter: tf.Tensor;
  gradient: tf.Tensor;
  firstMoment: tf.Tensor;
  secondMoment: tf.Tensor;
}

/** Scalars, so that a compiled step takes new values without being compiled anew. */
export interface AdamWScalars {
  learningRate: tf.Scalar;
  /** null: this parameter is not decayed. */
  weightDecay: tf.Scalar | null;
  firstCorrection: tf.Scalar;
  secondCorrection: tf.Scalar;
  /** Where it does not hold (bool), everything stays as it was; absent: it holds. */
  finite?: tf.Scalar;
}

/**
 * One AdamW update with decoupled weight decay.
 *
 * The decay shrinks the parameter before the Adam step; epsilon is added after the root.
 *
 * Source: Loshchilov and Hutter, arXiv 1711.05101, Algorithm 2, as the reference framework runs it; spec (g).
 */
export function adamWUpdate(
  state: AdamWState,
  scalars: AdamWScalars,
  { beta1, beta2, epsilon }: Pick<OptimizerConfig, "beta1" | "beta2" | "epsilon">,
): Omit<AdamWState, "gradient"> {
  const { parameter, gradient } = state;
  const { learningRate, weightDecay } = scalars;
  const keep = <T extends tf.Tensor>(next: T, before: T): T =>
    scalars.finite ? (select(scalars.finite, next, before) as T) : next;
  // Twice as fast under XLA, which else computes a value again wherever it is read, and copies the old one for that.
  const [firstMoment, secondMoment] = barrier(
    keep(tf.add(tf.mul(state.firstMoment, beta1), tf.mul(gradient, 1 - beta1)), state.firstMoment),
    keep(tf.add(tf.mul(state.secondMoment, beta2), tf.mul(tf.square(gradient), 1 - beta2)), state.secondMoment),
  );
  const spread = tf.add(tf.sqrt(tf.div(secondMoment, scalars.secondCorrection)), epsilon);
  const update = tf.mul(tf.div(firstMoment, spread), tf.div(learningRate, scalars.firstCorrection));
  const shrunk = weightDecay ? tf.mul(parameter, tf.sub(1, tf.mul(learningRate, weightDecay))) : parameter;
  const [next] = barrier(keep(tf.sub(shrunk, update), parameter));
  return { parameter: next, firstMoment, secondMoment };
}

/**
 * Whether weight decay shrinks this parameter: all with more than one dimension, so also mask tokens.
 *
 * Source: facebookresearch/ijepa@52c1ae9, src/helper.py lines 113–132.
 */
export function isDecayed(name: string, shape: readonly number[]): boolean {
  return shape.length > 1 && !name.endsWith(".bias");
}
