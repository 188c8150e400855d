import type * as tf from "@tensorflow/tfjs-core";
import { ATTRIBUTE, type OpAttribute } from "../native/attributes";
import { TF } from "../native/dtype";

export interface OpRequest {
  attributes?: readonly OpAttribute[];
  /** How many tensors the op returns; default 1. int64 outputs are cast to int32, since TensorFlow.js has no int64. */
  outputs?: number;
  /** Indices of the inputs that the op takes only as int64. */
  int64?: readonly number[];
}

/** Runs a TensorFlow op, or adds it to the capture. */
export type RunOp = (name: string, inputs: readonly tf.TensorInfo[], request?: OpRequest) => tf.Tensor[];

/** What TensorFlow.js passes to a backend op, under its own names (@tensorflow/tfjs-core, kernel_names.d.ts). */
export interface OpArguments {
  inputs: Record<string, tf.TensorInfo>;
  // biome-ignore lint/suspicious/noExplicitAny: each op knows its own attributes
  attrs: Record<string, any>;
}

/** An op of TensorFlow.js's backend, built from TensorFlow ops. */
export interface BackendOp {
  /** TensorFlow.js's name for it. */
  name: string;
  run(given: OpArguments, runOp: RunOp): tf.TensorInfo | tf.TensorInfo[];
}

/** The attributes of an op, by kind. */
export const attribute = {
  int: (name: string, value: number | number[]): OpAttribute => ({ name, type: ATTRIBUTE.int, value }),
  bool: (name: string, value: boolean): OpAttribute => ({ name, type: ATTRIBUTE.bool, value }),
  string: (name: string, value: string | string[]): OpAttribute => ({ name, type: ATTRIBUTE.string, value }),
  float: (name: string, value: number): OpAttribute => ({ name, type: ATTRIBUTE.float, value }),
  type: (name: string, value: keyof typeof TF): OpAttribute => ({ name, type: ATTRIBUTE.type, value: TF[value] }),
};

/** A backend op that is one TensorFlow op on the named inputs. */
export function oneOp(
  name: string,
  inputNames: readonly string[],
  request: (attrs: OpArguments["attrs"]) => OpRequest = () => ({}),
): BackendOp {
  return {
    name,
    run: ({ inputs, attrs }, runOp) => {
      const asked = request(attrs);
      const given = inputNames.map((input) => inputs[input] as tf.TensorInfo);
      const results = runOp(name, given, asked);
      return asked.outputs === undefined ? (results[0] as tf.TensorInfo) : results;
    },
  };
}
