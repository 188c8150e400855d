import type { ObjectiveConfig } from "../config";
import { tf } from "../engine";
import { distances } from "./distances";
import { type Latents, type LossTerm, type LossTermName, lossTermNames, lossTerms } from "./loss-terms";

/** Scalars: each term of `lossTerms`, unweighted, and `loss`, their weighted sum. */
export interface Losses extends Record<LossTermName, tf.Scalar> {
  loss: tf.Scalar;
}

/**
 * The distances between clean predictions, noisy predictions and targets, and their weighted sum.
 *
 * @throws {ShapeError} when the latents differ in shape
 *
 * Source: paper eq. 7–10; facebookresearch/ijepa@52c1ae9, src/train.py lines 295–313; docs/method.md#losses.
 */
export function losses(latents: Latents, config: ObjectiveConfig): Losses {
  const between = distances(latents.tokenMask, config);
  const { noisy } = latents;
  const terms = {} as Record<LossTermName, tf.Scalar>;
  const plain: tf.Scalar[] = [];
  const fromNoisy: tf.Scalar[] = [];
  for (const name of lossTermNames) {
    const term: LossTerm = lossTerms[name];
    if (term.needsNoisy && !noisy) {
      terms[name] = tf.scalar(0);
      continue;
    }
    terms[name] = term.of({ ...latents, noisy: noisy as tf.Tensor3D }, between, config);
    (term.needsNoisy ? fromNoisy : plain).push(weighted(term, terms[name], config));
  }
  // Summed in two groups: the noisy predictor's terms are added to I-JEPA's loss as one number.
  return { loss: sum([sum(plain), ...(fromNoisy.length > 0 ? [sum(fromNoisy)] : [])]), ...terms };
}

function weighted(term: LossTerm, value: tf.Scalar, config: ObjectiveConfig): tf.Scalar {
  const weight = config[term.weight];
  return weight === undefined && term.unlessGiven === 1 ? value : tf.mul(value, weight ?? 0);
}

function sum(values: readonly tf.Scalar[]): tf.Scalar {
  return values.reduce((total, value) => tf.add(total, value));
}
