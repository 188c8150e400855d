import type { ObjectiveConfig } from "../config";
import { tf } from "../engine";
import { ShapeError } from "../errors";

/** Distances between two sets of latents as the objective's settings define them, over the valid entries. */
export interface Distances {
  /** Distance of a prediction to its target, by `pred` and `reduction`. */
  prediction(predicted: tf.Tensor3D, target: tf.Tensor3D): tf.Scalar;
  /** The squared difference, with `reduction` only. */
  squared(a: tf.Tensor3D, b: tf.Tensor3D): tf.Scalar;
}

/**
 * The distance functions of one step.
 *
 * @param tokenMask  [L·B, Kp] float32, 1 for a valid patch and 0 for padding; absent: all are valid
 */
export function distances(tokenMask: tf.Tensor2D | undefined, config: ObjectiveConfig): Distances {
  return {
    prediction: (predicted, target) =>
      predictionLoss(tf.sub(predicted, sameShape(predicted, target)), config, tokenMask),
    squared: (a, b) => reduce(tf.square(tf.sub(a, sameShape(a, b))) as tf.Tensor3D, config, tokenMask),
  };
}

/** The same values, with no gradient flowing through them. */
export function stopGradient(x: tf.Tensor3D): tf.Tensor3D {
  const constant = tf.customGrad(() => ({ value: tf.clone(x), gradFunc: (dy: tf.Tensor) => tf.zerosLike(dy) }));
  return constant(x) as tf.Tensor3D;
}

function predictionLoss(difference: tf.Tensor3D, config: ObjectiveConfig, tokenMask?: tf.Tensor2D): tf.Scalar {
  if (config.pred === "l2") return reduce(tf.square(difference), config, tokenMask);
  if (config.pred === "elementwise") return reduce(smoothL1(difference), config, tokenMask);
  const squared = tf.sum(tf.square(difference), -1, true);
  // ½s up to one and √s − ½ above, avoiding the root's infinite gradient at zero.
  const norms = tf.sub(tf.add(tf.mul(tf.minimum(squared, 1), 0.5), tf.sqrt(tf.maximum(squared, 1))), 1);
  return reduce(norms as tf.Tensor3D, config, tokenMask);
}

/** The reduced value. `mean`: over all valid entries; `paper-sum`: their sum, divided by blocks times images. */
function reduce(values: tf.Tensor3D, { reduction }: ObjectiveConfig, tokenMask?: tf.Tensor2D): tf.Scalar {
  const [rows, , width] = values.shape;
  if (!tokenMask) return reduction === "mean" ? tf.mean(values) : tf.div(tf.sum(values), rows);
  const counted = tf.sum(tf.mul(tf.sum(values, -1), tokenMask));
  const share = tf.mul(tf.sum(tokenMask), width);
  return reduction === "mean" ? tf.div(counted, share) : tf.div(counted, rows);
}

/** Elementwise smooth L1: ½d² up to |d| = 1 and |d| − ½ above; the gradient is d clipped to ±1. */
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

function sameShape(a: tf.Tensor3D, b: tf.Tensor3D): tf.Tensor3D {
  if (a.shape.join() === b.shape.join()) return b;
  throw new ShapeError(`latents: expected equal shapes, got [${a.shape.join(", ")}] and [${b.shape.join(", ")}]`);
}
