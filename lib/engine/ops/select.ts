import type * as tf from "@tensorflow/tfjs-core";
import { ATTRIBUTE } from "../native/attributes";
import { TF } from "../native/dtype";
import { runOp } from "../runtime";

/**
 * `yes` if the condition holds, else `no`, both float32 of the same shape: bits are unchanged, and a NaN in the other
 * has no effect. `tf.where` would first broadcast the condition to the whole shape.
 *
 * @param condition  bool scalar
 */
export function select(condition: tf.Scalar, yes: tf.Tensor, no: tf.Tensor): tf.Tensor {
  const type = { name: "T", type: ATTRIBUTE.type, value: TF.float32 };
  return runOp("SelectV2", [type], [condition, yes, no])[0] as tf.Tensor;
}
