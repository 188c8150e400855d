import { reducePrecision, tf } from "../engine";
import { type Parameters, parameter } from "./parameters";

/** x·Wᵀ + b with the named weight [out, in] and bias [out]; x is [rows, in]. */
export function linear(params: Parameters, name: string, x: tf.Tensor2D): tf.Tensor2D {
  const weight = parameter(params, `${name}.weight`) as tf.Tensor2D;
  const bias = parameter(params, `${name}.bias`) as tf.Tensor1D;
  return reducePrecision(tf.add(tf.matMul(reducePrecision(x), weight, false, true), bias));
}
