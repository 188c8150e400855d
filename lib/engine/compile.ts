import * as tf from "@tensorflow/tfjs-core";
import { EngineError } from "../errors";
import { ATTRIBUTE } from "./attributes";
import type { Pointer } from "./c-api";
import { CapturedGraph } from "./capture";
import { theRuntime } from "./runtime";
import { sealVariables } from "./variable";

/** What a compiled function may give back. */
export type TensorTree = tf.Tensor | tf.Tensor[] | Record<string, tf.Tensor>;

export interface CompileOptions {
  /** Shown in errors and progress; default: the function's own name. */
  name?: string;
  /** `xla` lets XLA fuse and compile the whole function; `graph` runs TensorFlow's kernels one by one. Default `xla`. */
  compiler?: "xla" | "graph";
}

/** A function that runs as one TensorFlow call, captured once per signature of shapes and dtypes. */
export interface CompiledFunction<In extends tf.Tensor[], Out extends TensorTree> {
  (...inputs: In): Promise<Out>;
  /** How many signatures were captured so far. */
  variants(): number;
  /** Ops of each captured signature, by op name: what a capture costs can be looked at. */
  opCounts(): ReadonlyMap<string, number>[];
  /** Frees the functions and what they hold. */
  dispose(): void;
}

interface Variant<Out> {
  name: string;
  /** All inputs of the TensorFlow function, in its order, given the numbers of the arguments. */
  inputOrder(argumentIds: readonly number[]): number[];
  closedOver: readonly number[];
  outputs: number;
  opCounts: ReadonlyMap<string, number>;
  rebuild(tensors: tf.Tensor[]): Out;
}

let compiledFunctions = 0;

/**
 * Turns a pure function of tensors into one call of TensorFlow.
 *
 * The function runs once per signature, on tensors without values, and every op it asks for goes into a graph:
 * gradients of tf.* included. Variables (`createVariable`) that it reads or assigns become resources, updated in place;
 * other tensors that it closes over are held. Awaiting a call leaves the event loop free while TensorFlow works.
 *
 * @param fn  takes tensors, gives a tensor, an array, or a record of tensors; must not read values or branch on them
 * @throws {EngineError} at the first call, when the function reads a value, makes a variable, or needs a shape that
 *   depends on values; {TensorFlowError} when TensorFlow refuses an op
 */
export function compile<In extends tf.Tensor[], Out extends TensorTree>(
  fn: (...inputs: In) => Out,
  options: CompileOptions = {},
): CompiledFunction<In, Out> {
  const label = (options.name ?? (fn.name || "function")).replace(/[^A-Za-z0-9]/g, "_");
  const variants = new Map<string, Variant<Out>>();
  let disposed = false;

  const call = async (...inputs: In): Promise<Out> => {
    const { backend, eager, capture } = theRuntime();
    if (disposed) throw new EngineError(`The compiled function ${label} was disposed.`);
    if (capture)
      throw new EngineError(
        `The compiled function ${label} was called inside another one; call the plain function there.`,
      );
    const ids = backend.getInputTensorIds(inputs);
    const signature = ids.map((id, index) => `${eager.dtypeOf(id)}[${inputs[index]?.shape}]`).join();
    let variant = variants.get(signature);
    if (!variant) {
      variant = captureVariant(fn, `njepa_${label}_${compiledFunctions++}`, inputs, ids);
      variants.set(signature, variant);
    }
    const handles: Pointer[] = variant.inputOrder(ids).map((id) => eager.handle(id));
    const attributes =
      options.compiler === "graph" ? [] : [{ name: "_XlaMustCompile", type: ATTRIBUTE.bool, value: true }];
    const outputs = await eager.executeAsync(variant.name, attributes, handles, variant.outputs);
    return variant.rebuild(outputs.map((metadata) => backend.createOutputTensor(metadata)));
  };

  return Object.assign(call, {
    variants: () => variants.size,
    opCounts: () => [...variants.values()].map(({ opCounts }) => opCounts),
    dispose: () => {
      if (disposed) return;
      disposed = true;
      const { api, context, eager } = theRuntime();
      const status = api.newStatus();
      for (const { name, closedOver } of variants.values()) {
        api.graph.removeFunction(context, name, status);
        for (const id of closedOver) eager.forget(id);
      }
      api.deleteStatus(status);
      variants.clear();
    },
  });
}

function captureVariant<In extends tf.Tensor[], Out extends TensorTree>(
  fn: (...inputs: In) => Out,
  name: string,
  inputs: In,
  ids: readonly number[],
): Variant<Out> {
  const runtime = theRuntime();
  const { api, backend, context, eager } = runtime;
  const capture = new CapturedGraph(api, eager);
  runtime.capture = capture;
  tf.engine().startScope();
  try {
    const placeholders = inputs.map((input, index) =>
      backend.createOutputTensor(capture.placeholder(input.shape, eager.dtypeOf(ids[index] as number))),
    );
    const result = fn(...(placeholders as In));
    const { tensors, rebuild } = flatten(result);
    const outputIds = backend.getInputTensorIds(tensors);
    const { variables, effects } = sealVariables(capture);
    capture.toFunction(context, name, outputIds, effects);
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
      opCounts: capture.opCounts,
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

/** The tensors of a result in a fixed order, and how to put others in their places. */
function flatten<Out extends TensorTree>(result: Out): { tensors: tf.Tensor[]; rebuild(tensors: tf.Tensor[]): Out } {
  if (result instanceof tf.Tensor) return { tensors: [result], rebuild: ([tensor]) => tensor as Out };
  if (Array.isArray(result)) return { tensors: result, rebuild: (tensors) => tensors as Out };
  const names = Object.keys(result);
  return {
    tensors: Object.values(result),
    rebuild: (tensors) => Object.fromEntries(names.map((name, index) => [name, tensors[index]])) as Out,
  };
}
