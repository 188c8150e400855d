import type { OpAttribute } from "./attributes";
import type { HostValues } from "./host-tensor";

/** An op's output: the tensor's number in the binding, its shape, and TensorFlow's dtype number. */
export interface TensorMetadata {
  id: number;
  shape: number[];
  dtype: number;
}

/** Where ops go: run eagerly, or added to the graph of the function being captured. */
export interface OpSink {
  executeOp(
    name: string,
    attributes: readonly OpAttribute[],
    inputIds: readonly number[],
    outputs: number,
  ): TensorMetadata[];
  /** Whether this sink made the tensor. */
  owns(id: number): boolean;
  forget(id: number): unknown;
  dtypeOf(id: number): number;
}

/** The part of an eager sink that a capture uses to hold tensors that existed before it. */
export interface TensorStore extends OpSink {
  /** A second reference to a tensor's memory, under its own number. */
  share(id: number): TensorMetadata;
  createTensor(shape: readonly number[], dtype: number, values: HostValues): number;
  read(id: number): HostValues;
}
