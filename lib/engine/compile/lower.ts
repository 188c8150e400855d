import type * as tf from "@tensorflow/tfjs-core";
import { requireChoice } from "../../errors";
import type { Precision } from "../graph/precision";
import { LoweredGraph } from "../lowering/lowered-graph";
import { TF } from "../native/dtype";
import type { GraphOutput } from "../native/pointer";
import { sealVariables } from "../ops/variable";
import { theRuntime } from "../runtime";
import { captureFunction } from "./concrete-function";
import type { TensorTree } from "./tensor-tree";

/** An argument that does not exist yet. */
export interface ArgumentSpec {
  shape: readonly number[];
  dtype: "float32" | "int32" | "bool" | "uint8";
}

export interface LowerOptions {
  /** Default `float32`; see `CompileOptions`. */
  precision?: Precision;
  /** The program's target: rows are summed differently on a CPU. Default `gpu`. */
  device?: "cpu" | "gpu";
}

/**
 * The StableHLO of a function, as `compile` would pass it to a PJRT plugin. Nothing is compiled or computed and no
 * arguments are needed, so that programs of any size can be inspected, saved, or compiled for an absent device.
 *
 * Parameters are the arguments, the variables in the order the function first touches them, and what it closes over.
 *
 * @throws {EngineError}, {ConfigError} as `compile` does
 */
export function lower<In extends tf.Tensor[], Out extends TensorTree>(
  fn: (...inputs: In) => Out,
  args: readonly ArgumentSpec[],
  { precision = "float32", device = "gpu" }: LowerOptions = {},
): string {
  requireChoice("precision", precision, ["float32", "bfloat16"]);
  requireChoice("device", device, ["cpu", "gpu"]);
  const { eager } = theRuntime();
  const observer = new LoweredGraph();
  const label = fn.name || "function";
  const settings = { label, compiler: "xla", precision, checkFinite: false, device, observer } as const;
  const signature = args.map(({ shape, dtype }) => ({ shape, dtype: TF[dtype] }));
  return captureFunction(fn, settings, signature, (captured) => {
    const variables = sealVariables(captured.graph);
    const { outputs, graph } = captured;
    const assigned = variables.filter(({ next }) => next !== null);
    const donations = assigned.map((touched, at) => ({
      parameter: args.length + variables.indexOf(touched),
      result: outputs.length + at,
    }));
    for (const id of graph.closedOver) eager.forget(id);
    const results = [...outputs, ...assigned.map(({ next }) => next as GraphOutput)];
    return observer.text([...graph.inputs, ...graph.closedOverInputs], results, donations);
  });
}
