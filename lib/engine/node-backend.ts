import type * as tf from "@tensorflow/tfjs-core";
import type { TensorMetadata } from "./native/op-sink";

/** The two private methods of tfjs-node's backend through which a tensor gets and shows its number in the binding. */
export interface NodeBackend extends tf.KernelBackend {
  createOutputTensor(metadata: TensorMetadata): tf.Tensor;
  getInputTensorIds(tensors: readonly tf.TensorInfo[]): number[];
  /** The name of the tf.Variable whose value has this number, or null. */
  variableOf(id: number): string | null;
}
