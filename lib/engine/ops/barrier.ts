import type * as tf from "@tensorflow/tfjs-core";
import { runOp, theRuntime } from "../runtime";

/**
 * The same tensor, past which XLA moves nothing while it simplifies: a transposition stays one, where it would become
 * part of a product that is slower for it. Nothing outside of what XLA compiles.
 */
export function barrier<T extends tf.Tensor>(tensor: T): T {
  if (theRuntime().capture?.compiler !== "xla") return tensor;
  return runOp("XlaOptimizationBarrier", [], [tensor])[0] as T;
}
