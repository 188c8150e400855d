import type { ObjectiveConfig } from "../config";
import { tf } from "../engine";
import { ShapeError } from "../errors";

/** Latents of one step, all [L·B, Kp, D] float32 with the same rows. */
export interface Latents {
  /** The teacher's, already normalized as the objective says. */
  targets: tf.Tensor3D;
  /** The clean predictor's. */
  clean: tf.Tensor3D;
  /** The noisy predictor's; null: `i-jepa`. */
  noisy: tf.Tensor3D | null;
}

/** Scalars: `loss` = L_CT (times `lambdaCT`, if it is told) + λ1·L_NT + λ2·L_CN. */
export interface Losses extends Record<string, tf.Scalar> {
  loss: tf.Scalar;
  lossCT: tf.Scalar;
  lossNT: tf.Scalar;
  lossCN: tf.Scalar;
}

/**
 * The three distances between context predictions, noisy predictions and targets, and their weighted sum.
 *
 * @param tokenMask  [L·B, Kp] float32, 1 for a patch that counts and 0 for padding; absent: all count
 * @throws {ShapeError} when the latents differ in shape
 *
 * Source: paper eq. 7–10; facebookresearch/ijepa@52c1ae9, src/train.py lines 295–313; spec (f).
 */
export function losses(latents: Latents, config: ObjectiveConfig, tokenMask?: tf.Tensor2D): Losses {
  const { targets, clean, noisy } = latents;
  const distance = (a: tf.Tensor3D, b: tf.Tensor3D) => predictionLoss(tf.sub(a, sameShape(a, b)), config, tokenMask);
  const lossCT = distance(clean, targets);
  const first = config.lambdaCT === undefined ? lossCT : (tf.mul(lossCT, config.lambdaCT) as tf.Scalar);
  if (!noisy) return { loss: first, lossCT, lossNT: tf.scalar(0), lossCN: tf.scalar(0) };
  const lossNT = distance(noisy, targets);
  const left = config.detach === "noise" ? stopGradient(noisy) : noisy;
  const right = config.detach === "context" ? stopGradient(clean) : clean;
  const gap = tf.square(tf.sub(left, right)) as tf.Tensor3D;
  const lossCN = reduce(gap, config, tokenMask);
  const weighted = tf.add(tf.mul(lossNT, config.lambdaNT ?? 0), tf.mul(lossCN, config.lambdaCN ?? 0));
  return { loss: tf.add(first, weighted), lossCT, lossNT, lossCN };
}

function predictionLoss(difference: tf.Tensor3D, config: ObjectiveConfig, tokenMask?: tf.Tensor2D): tf.Scalar {
  if (config.pred === "l2") return reduce(tf.square(difference), config, tokenMask);
  if (config.pred === "elementwise") return reduce(smoothL1(difference), config, tokenMask);
  const squared = tf.sum(tf.square(difference), -1, true);
  // ½s below one and √s − ½ above, without the root's infinite slope at zero.
  const norms = tf.sub(tf.add(tf.mul(tf.minimum(squared, 1), 0.5), tf.sqrt(tf.maximum(squared, 1))), 1);
  return reduce(norms as tf.Tensor3D, config, tokenMask);
}

/** `mean` over all entries that count, or `paper-sum`: their sum over blocks and images. */
function reduce(values: tf.Tensor3D, { reduction }: ObjectiveConfig, tokenMask?: tf.Tensor2D): tf.Scalar {
  const [rows, , width] = values.shape;
  if (!tokenMask) return reduction === "mean" ? tf.mean(values) : tf.div(tf.sum(values), rows);
  const counted = tf.sum(tf.mul(tf.sum(values, -1), tokenMask));
  const share = tf.mul(tf.sum(tokenMask), width);
  return reduction === "mean" ? tf.div(counted, share) : tf.div(counted, rows);
}

/** ½d² below one and |d| − ½ above, per element; slope d cut at ±1. */
function smoothL1(difference: tf.Tensor3D): tf.Tensor3D {
  const distance = tf.customGrad((...args: (tf.Tensor | tf.GradSaveFunc)[]) => {
    const save = args[1] as tf.GradSaveFunc;
    save([difference]);
    const size = tf.abs(difference);
    const inner = tf.minimum(size, 1);
    return {
      value: tf.add(tf.mul(tf.square(inner), 0.5), tf.sub(size, inner)),
      gradFunc: (dy: tf.Tensor, saved: tf.Tensor[]) => tf.mul(dy, tf.clipByValue(saved[0] as tf.Tensor, -1, 1)),
    };
  });
  return distance(difference) as tf.Tensor3D;
}

function stopGradient(x: tf.Tensor3D): tf.Tensor3D {
  const constant = tf.customGrad(() => ({ value: tf.clone(x), gradFunc: (dy: tf.Tensor) => tf.zerosLike(dy) }));
  return constant(x) as tf.Tensor3D;
}

function sameShape(a: tf.Tensor3D, b: tf.Tensor3D): tf.Tensor3D {
  if (a.shape.join() === b.shape.join()) return b;
  throw new ShapeError(`latents: expected equal shapes, got [${a.shape.join(", ")}] and [${b.shape.join(", ")}]`);
}
