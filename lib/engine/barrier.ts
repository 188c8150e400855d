import type * as tf from "@tensorflow/tfjs-core";
import { runOp, theRuntime } from "./runtime";

/**
 * The same tensors, which XLA computes before anything that reads them and does not compute again from their inputs.
 *
 * For values that are assigned to a variable and read on: computed a second time from the variable's old value, they
 * would keep that value alive and force a copy of it. Nothing outside of what XLA compiles.
 */
export function barrier<Tensors extends tf.Tensor[]>(...tensors: Tensors): Tensors {
  if (theRuntime().capture?.compiler !== "xla") return tensors;
  return runOp("XlaOptimizationBarrier", [], tensors, tensors.length) as Tensors;
}
