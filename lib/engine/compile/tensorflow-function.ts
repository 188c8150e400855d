import type * as tf from "@tensorflow/tfjs-core";
import type { CapturedGraph } from "../graph/capture";
import { ATTRIBUTE } from "../native/attributes";
import { trimMemory } from "../native/malloc-trim";
import type { Pointer } from "../native/pointer";
import { sealVariables, type TouchedVariable } from "../ops/variable";
import { theRuntime } from "../runtime";
import { type CaptureSettings, type ConcreteFunction, captureFunction, type TensorSpec } from "./concrete-function";
import { Lifetime } from "./lifetime";
import type { TensorTree } from "./tensor-tree";
import { XlaPrograms } from "./xla-programs";

/** How many functions share a label, so that names are the same in every process that compiles in the same order. */
const named = new Map<string, number>();

/** A function as a TensorFlow function, which XLA compiles at its first call unless the compiler is `graph`. */
export function tensorflowFunction<In extends tf.Tensor[], Out extends TensorTree>(
  fn: (...inputs: In) => Out,
  given: Omit<CaptureSettings, "observer">,
  signature: readonly TensorSpec[],
): ConcreteFunction<Out> {
  const { context, eager, programs, stats, xla } = theRuntime();
  const settings = { ...given, observer: null };
  const { label, compiler } = settings;
  const number = named.get(label) ?? 0;
  named.set(label, number + 1);
  const name = `njepa_${label}_${number}`;
  const attributes = compiler === "graph" ? [] : [{ name: "_XlaMustCompile", type: ATTRIBUTE.bool, value: true }];
  return captureFunction(fn, settings, signature, (captured) => {
    const { graph, facts } = captured;
    const variables = sealVariables(graph);
    const effects = variables.flatMap((touched) => assignment(graph, touched));
    const { outputs } = captured;
    graph.toFunction(context, name, outputs, effects);
    // TensorFlow's own compiler keeps nothing.
    const program = (compiler === "graph" ? new XlaPrograms(null) : xla).add((seconds) => {
      stats.compileSeconds += seconds;
      programs?.remember(Date.now() - 1000 * seconds);
      trimMemory();
    });
    const lifetime = new Lifetime(() => {
      removeFunction(name, graph.closedOver);
      program.dispose();
    });
    return {
      ...facts,
      isExclusive: effects.length > 0,
      prepare: (argumentIds) => {
        const others = [...variables.map(({ variable }) => variable.toTensorFlow()), ...graph.closedOver];
        const handles = [...argumentIds, ...others].map((id) => eager.handle(id));
        // The op holds its inputs from here on, even if they are disposed while it waits.
        const prepared = eager.prepareAsync(name, attributes, handles, outputs.length);
        const run = async () => ({ outputs: await program.run(prepared.run), computed: null });
        return lifetime.during({ run, abandon: prepared.abandon });
      },
      keptAt: () => null,
      isCompiled: program.isCompiled,
      recover: (error) => programs?.recover(error) ?? false,
      dispose: () => lifetime.end(),
    };
  });
}

/** The op that assigns a variable's last value, after its first read; none for a variable that is only read. */
function assignment(graph: CapturedGraph, { variable, input, next, before }: TouchedVariable): Pointer[] {
  if (next === null) return [];
  const dtype = { name: "dtype", type: ATTRIBUTE.type, value: variable.tfDtype };
  return [graph.builder.addOp("AssignVariableOp", [dtype], [input, next], before ? [before.oper] : []).oper];
}

function removeFunction(name: string, closedOver: readonly number[]): void {
  const { api, context, eager } = theRuntime();
  const status = api.newStatus();
  api.graph.removeFunction(context, name, status);
  api.deleteStatus(status);
  for (const id of closedOver) eager.forget(id);
}
