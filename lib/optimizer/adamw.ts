import type { OptimizerConfig } from "../config";
import { type EngineVariable, tf } from "../engine";

/** One parameter with its moments, all of one shape. */
export interface AdamWVariables {
  parameter: EngineVariable;
  firstMoment: EngineVariable;
  secondMoment: EngineVariable;
}

/** Scalars, so that a compiled step takes new values without being recompiled. */
export interface AdamWScalars {
  learningRate: tf.Scalar;
  /** null: this parameter is not decayed. */
  weightDecay: tf.Scalar | null;
  firstCorrection: tf.Scalar;
  secondCorrection: tf.Scalar;
}

type Betas = Pick<OptimizerConfig, "beta1" | "beta2">;
type Moments = Record<"firstMoment" | "secondMoment", tf.Tensor>;

/**
 * Assigns the variables their values after one AdamW update with decoupled weight decay.
 *
 * The decay shrinks the parameter before the Adam step; epsilon is added after the root. The moments are assigned first
 * and then read back: XLA thus computes each once, in place, and the parameter from the assigned values.
 *
 * @param gradient of the parameter's shape
 *
 * Source: Loshchilov and Hutter, arXiv 1711.05101, Algorithm 2, as the reference framework runs it; docs/method.md#optimization.
 */
export function adamWAssign(
  { parameter, firstMoment, secondMoment }: AdamWVariables,
  gradient: tf.Tensor,
  scalars: AdamWScalars,
  config: Pick<OptimizerConfig, "beta1" | "beta2" | "epsilon">,
): void {
  const read = () => ({ firstMoment: firstMoment.read(), secondMoment: secondMoment.read() });
  const moments = nextMoments(read(), gradient, config);
  firstMoment.assign(moments.firstMoment);
  secondMoment.assign(moments.secondMoment);
  parameter.assign(nextParameter(parameter.read(), read(), scalars, config.epsilon));
}

function nextMoments(before: Moments, gradient: tf.Tensor, { beta1, beta2 }: Betas): Moments {
  return {
    firstMoment: tf.add(tf.mul(before.firstMoment, beta1), tf.mul(gradient, 1 - beta1)),
    secondMoment: tf.add(tf.mul(before.secondMoment, beta2), tf.mul(tf.square(gradient), 1 - beta2)),
  };
}

function nextParameter(
  parameter: tf.Tensor,
  { firstMoment, secondMoment }: Moments,
  { learningRate, weightDecay, firstCorrection, secondCorrection }: AdamWScalars,
  epsilon: number,
): tf.Tensor {
  const root = tf.add(tf.sqrt(tf.div(secondMoment, secondCorrection)), epsilon);
  const update = tf.mul(tf.div(firstMoment, root), tf.div(learningRate, firstCorrection));
  const shrunk = weightDecay ? tf.mul(parameter, tf.sub(1, tf.mul(learningRate, weightDecay))) : parameter;
  return tf.sub(shrunk, update);
}

/**
 * Whether weight decay applies to this parameter: to all with more than one dimension, hence also to mask tokens.
 *
 * Source: facebookresearch/ijepa@52c1ae9, src/helper.py lines 113–132.
 */
export function isDecayed(name: string, shape: readonly number[]): boolean {
  return shape.length > 1 && !name.endsWith(".bias");
}
