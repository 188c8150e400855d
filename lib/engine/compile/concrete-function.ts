import * as tf from "@tensorflow/tfjs-core";
import { CapturedGraph } from "../graph/capture";
import type { CaptureOptions } from "../graph/capture-options";
import { refusingRandom } from "../graph/refuse-random";
import type { TensorMetadata } from "../native/op-sink";
import type { GraphOutput } from "../native/pointer";
import { theRuntime } from "../runtime";
import { flatten, type TensorTree } from "./tensor-tree";

/** A call whose program is at least queued on its device. */
export interface Started {
  /** The outputs, followed by the flags of the checks, if any: other programs may take them before they are computed. */
  outputs: TensorMetadata[];
  /** Rejects if they cannot be computed; null: they are. Nobody need await it. */
  computed: Promise<void> | null;
}

/** One call, holding its inputs. Exactly one of the two methods is called, once. */
export interface PreparedCall {
  run(): Promise<Started>;
  abandon(): void;
}

/** A function captured for one signature of shapes and dtypes, as one program of a backend. */
export interface ConcreteFunction<Out> {
  outputs: number;
  /** What must hold for the values at every call; if there are any, one extra output says which failed. */
  checks: readonly string[];
  /** Whether calls must not overlap with others, because the function assigns variables. */
  isExclusive: boolean;
  opCounts: ReadonlyMap<string, number>;
  rebuild(tensors: tf.Tensor[]): Out;
  /** A call with arguments given by tensor number. */
  prepare(argumentIds: readonly number[]): PreparedCall;
  /** The program's file in the user's cache, once compiled; null if it is not kept, or is kept by TensorFlow. */
  keptAt(): string | null;
  /** Whether the next call finds the program compiled, or has to compile it. */
  isCompiled(): boolean;
  /** Whether to capture and call the function again after a call that compiles has failed; null: never. */
  recover: ((error: Error) => boolean) | null;
  dispose(): void;
}

/** What is known of an argument while a function is captured: its shape, and TensorFlow's number for its dtype. */
export interface TensorSpec {
  shape: readonly number[];
  dtype: number;
}

/** What a function requested while it ran on tensors without values. */
export interface Captured<Out> {
  graph: CapturedGraph;
  /** The function's results, followed by the flags of the checks, if any. */
  outputs: GraphOutput[];
  facts: Pick<ConcreteFunction<Out>, "outputs" | "checks" | "opCounts" | "rebuild">;
}

/** How a function is captured, and what it is called in errors. */
export type CaptureSettings = Omit<CaptureOptions, "variableOf"> & { label: string };

/**
 * The program that `finish` makes of the ops a function requests when run on tensors without values.
 *
 * @throws whatever the function or `finish` throws, after the capture is freed
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
    const { tensors, rebuild } = flatten(
      refusingRandom(() => fn(...(placeholders as tf.Tensor[] as In))),
      label,
    );
    const ids = backend.getInputTensorIds(tensors);
    const outputs = ids.map((id) => graph.output(id));
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
    // What the function kept with tf.keep would outlive the scope; what it closes over and returns is the caller's.
    tf.dispose(tensors.filter((_, at) => graph.owns(ids[at] as number)));
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
