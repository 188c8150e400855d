import * as tf from "@tensorflow/tfjs-core";
import { CapturedGraph, type CaptureOptions } from "../graph/capture";
import { sealVariables } from "../ops/variable";
import { theRuntime } from "../runtime";
import { flatten, type TensorTree } from "./tensor-tree";

/** A function captured for one signature of shapes and dtypes. */
export interface ConcreteFunction<Out> {
  /** Of the TensorFlow function. */
  name: string;
  /** All inputs of the TensorFlow function, in its order, given the numbers of the arguments. */
  inputOrder(argumentIds: readonly number[]): number[];
  closedOver: readonly number[];
  outputs: number;
  /** What must hold of the values at every call; if there are any, one more output says which does not. */
  checks: readonly string[];
  /** Whether it assigns variables, so that two calls must not overlap. */
  writes: boolean;
  opCounts: ReadonlyMap<string, number>;
  rebuild(tensors: tf.Tensor[]): Out;
}

/** Runs a function on tensors without values, and makes a TensorFlow function of the ops that it asked for. */
export function captureConcrete<In extends tf.Tensor[], Out extends TensorTree>(
  fn: (...inputs: In) => Out,
  { name, label, ...options }: Omit<CaptureOptions, "variableOf"> & { name: string; label: string },
  inputs: In,
  ids: readonly number[],
): ConcreteFunction<Out> {
  const runtime = theRuntime();
  const { api, backend, context, definitions, eager } = runtime;
  const capture = new CapturedGraph(api, definitions, eager, { ...options, variableOf: backend.variableOf });
  runtime.capture = capture;
  tf.engine().startScope();
  try {
    const placeholders = inputs.map((input, index) =>
      backend.createOutputTensor(capture.placeholder(input.shape, eager.dtypeOf(ids[index] as number))),
    );
    const { tensors, rebuild } = flatten(fn(...(placeholders as In)), label);
    const outputs = backend.getInputTensorIds(tensors).map((id) => capture.output(id));
    const { variables, effects } = sealVariables(capture);
    const flags = capture.checks.output();
    capture.toFunction(context, name, flags ? [...outputs, flags] : outputs, effects);
    // What the function kept with tf.keep would outlive the scope.
    tf.dispose(tensors);
    return {
      name,
      inputOrder: (argumentIds) => [
        ...argumentIds,
        ...variables.map(({ resource }) => resource),
        ...capture.closedOver,
      ],
      closedOver: capture.closedOver,
      outputs: tensors.length,
      checks: capture.checks.messages(),
      writes: effects.length > 0,
      opCounts: capture.builder.opCounts,
      rebuild,
    };
  } catch (error) {
    for (const id of capture.closedOver) eager.forget(id);
    throw error;
  } finally {
    tf.engine().endScope();
    runtime.capture = null;
    capture.close();
  }
}
