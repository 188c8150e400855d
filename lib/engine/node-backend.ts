import type * as tf from "@tensorflow/tfjs-core";
import type { TensorMetadata } from "./native/op-sink";

/** tfjs-node's backend with the two private methods that assign and look up a tensor's number in the binding. */
export interface NodeBackend extends tf.KernelBackend {
  createOutputTensor(metadata: TensorMetadata): tf.Tensor;
  getInputTensorIds(tensors: readonly tf.TensorInfo[]): number[];
  /** The name of the tf.Variable whose value has this tensor number, or null. */
  variableOf(id: number): string | null;
}
