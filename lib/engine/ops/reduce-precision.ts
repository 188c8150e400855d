import * as tf from "@tensorflow/tfjs-core";
import { REDUCE_PRECISION } from "../graph/reduced-precision";
import { runOp, theRuntime } from "../runtime";

/**
 * The tensor with its values, and later its gradient's, rounded to bfloat16 and kept in memory as such, in a function
 * compiled for a PJRT device with `precision: "bfloat16"`; its dtype stays float32. Anywhere else it is the same tensor.
 *
 * An accelerator spends most of a step's time on memory: activations between matrix products then take half of it, as
 * in PyTorch's autocast. Of a product, or a product plus a row, the result is rounded where it is computed.
 */
export function reducePrecision<T extends tf.Tensor>(tensor: T): T {
  if (!theRuntime().capture?.reduced?.keeps) return tensor;
  const round = (x: tf.Tensor) => runOp(REDUCE_PRECISION, [], [x])[0] as tf.Tensor;
  const rounded = tf.customGrad((x: tf.Tensor | tf.GradSaveFunc) => ({
    value: round(x as tf.Tensor),
    gradFunc: (dy: tf.Tensor) => round(dy),
  }));
  return rounded(tensor) as T;
}
