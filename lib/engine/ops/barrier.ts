import * as tf from "@tensorflow/tfjs-core";
import { runOp, theRuntime } from "../runtime";

/**
 * The same tensor, as a barrier XLA does not simplify across: a transpose stays separate instead of being folded into a
 * product that it would slow down. Has no effect outside XLA.
 */
export function barrier<T extends tf.Tensor>(tensor: T): T {
  if (theRuntime().capture?.compiler !== "xla") return tensor;
  return runOp("XlaOptimizationBarrier", [], [tensor])[0] as T;
}

/**
 * The matrices over the last two axes transposed, for products: on a CPU beforehand, since products along rows are twice
 * as fast there; a GPU's library reads either way.
 */
export function transposedAhead<T extends tf.Tensor>(tensor: T): T {
  const axes = tensor.shape.map((_, axis) => axis);
  const turned = tf.transpose(tensor, [...axes.slice(0, -2), axes.length - 1, axes.length - 2]);
  return theRuntime().capture?.device === "gpu" ? turned : barrier(turned);
}
