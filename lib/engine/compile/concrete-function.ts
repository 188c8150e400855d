import * as tf from "@tensorflow/tfjs-core";
import { CapturedGraph } from "../graph/capture";
import type { CaptureOptions } from "../graph/capture-options";
import type { TensorMetadata } from "../native/op-sink";
import type { GraphOutput } from "../native/pointer";
import { theRuntime } from "../runtime";
import { flatten, type TensorTree } from "./tensor-tree";

/** One call with its inputs, which it holds. Either is called, once. */
export interface PreparedCall {
  /** Gives the outputs, and behind them the flags of the checks if there are any. */
  run(): Promise<TensorMetadata[]>;
  abandon(): void;
}

/** A function captured for one signature of shapes and dtypes, as one program of a backend. */
export interface ConcreteFunction<Out> {
  outputs: number;
  /** What must hold of the values at every call; if there are any, one more output says which does not. */
  checks: readonly string[];
  /** Whether calls must not overlap with others, since it assigns variables. */
  isExclusive: boolean;
  opCounts: ReadonlyMap<string, number>;
  rebuild(tensors: tf.Tensor[]): Out;
  /** A call on arguments by their numbers. */
  prepare(argumentIds: readonly number[]): PreparedCall;
  /** The file in the user's cache that keeps the program, once it is compiled; null where none does or TensorFlow has it. */
  keptAt(): string | null;
  /** After the first call, which compiles, has failed: whether the function is worth capturing and calling again. */
  recover(error: Error): boolean;
  dispose(): void;
}

/** What is known of an argument while a function is captured: its shape, and TensorFlow's number for its dtype. */
export interface TensorSpec {
  shape: readonly number[];
  dtype: number;
}

/** What a function asked for while it ran on tensors without values. */
export interface Captured<Out> {
  graph: CapturedGraph;
  /** What it gives, and behind it the flags of the checks if there are any. */
  outputs: GraphOutput[];
  facts: Pick<ConcreteFunction<Out>, "outputs" | "checks" | "opCounts" | "rebuild">;
}

/** How a function is captured, and what it is called in errors. */
export type CaptureSettings = Omit<CaptureOptions, "variableOf"> & { label: string };

/**
 * Runs a function on tensors without values; `finish` makes a program of what it asked for.
 *
 * @throws whatever the function or `finish` throws, after what was captured is freed
 */
export function captureFunction<In extends tf.Tensor[], Out extends TensorTree, Made>(
  fn: (...inputs: In) => Out,
  { label, ...options }: CaptureSettings,
  signature: readonly TensorSpec[],
  finish: (captured: Captured<Out>) => Made,
): Made {
  const runtime = theRuntime();
  const { api, backend, definitions, eager } = runtime;
  const graph = new CapturedGraph(api, definitions, eager, { ...options, variableOf: backend.variableOf });
  runtime.capture = graph;
  tf.engine().startScope();
  try {
    const placeholders = signature.map(({ shape, dtype }) =>
      backend.createOutputTensor(graph.placeholder(shape, dtype)),
    );
    const { tensors, rebuild } = flatten(fn(...(placeholders as tf.Tensor[] as In)), label);
    const outputs = backend.getInputTensorIds(tensors).map((id) => graph.output(id));
    const made = finish({
      graph,
      get outputs() {
        const flags = graph.checks.output();
        return flags ? [...outputs, flags] : outputs;
      },
      get facts() {
        return {
          outputs: tensors.length,
          checks: graph.checks.messages(),
          opCounts: graph.builder.opCounts,
          rebuild,
        };
      },
    });
    // What the function kept with tf.keep would outlive the scope.
    tf.dispose(tensors);
    return made;
  } catch (error) {
    for (const id of graph.closedOver) eager.forget(id);
    throw error;
  } finally {
    tf.engine().endScope();
    runtime.capture = null;
    graph.close();
  }
}
