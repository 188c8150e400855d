import type * as tf from "@tensorflow/tfjs-core";
import { TF } from "../native/dtype";
import type { TensorMetadata } from "../native/op-sink";
import { theRuntime } from "../runtime";

/**
 * A tensor of raw bytes, for images on their way to the device: a quarter of the memory of float32.
 * TensorFlow.js reports its dtype as "int32"; `tf.cast(…, "float32")` is the only op to use on it.
 */
export function uint8Tensor<R extends tf.Rank>(values: Uint8Array, shape: readonly number[]): tf.Tensor<R> {
  const { backend, eager, pjrt, compiles } = theRuntime();
  // Straight to an accelerator, whose programs are what will read it.
  const isDirect = compiles === "pjrt" && pjrt !== null && !pjrt.client.isCpu;
  const made: TensorMetadata = isDirect
    ? pjrt.tensors.fromArray(values, shape, TF.uint8)
    : { id: eager.createTensor(shape, TF.uint8, values), shape: [...shape], dtype: TF.uint8 };
  return backend.createOutputTensor(made) as tf.Tensor<R>;
}
