import type * as tf from "@tensorflow/tfjs-core";
import { runOp, theRuntime } from "../runtime";

/**
 * The same tensor, as a barrier XLA does not simplify across: a transpose stays separate instead of being folded into a
 * product that it would slow down. Has no effect outside XLA.
 */
export function barrier<T extends tf.Tensor>(tensor: T): T {
  if (theRuntime().capture?.compiler !== "xla") return tensor;
  return runOp("XlaOptimizationBarrier", [], [tensor])[0] as T;
}
