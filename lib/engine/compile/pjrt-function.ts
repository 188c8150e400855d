import type * as tf from "@tensorflow/tfjs-core";
import { LoweredGraph } from "../lowering/lowered-graph";
import type { GraphOutput } from "../native/pointer";
import { sealVariables, type TouchedVariable } from "../ops/variable";
import type { ProgramDevice } from "../pjrt/device";
import type { DeviceBuffer } from "../pjrt/device-tensors";
import { theRuntime } from "../runtime";
import { type CaptureSettings, type ConcreteFunction, captureFunction, type TensorSpec } from "./concrete-function";
import { compileKept, type KeptProgram } from "./kept-program";
import { Lifetime } from "./lifetime";
import type { TensorTree } from "./tensor-tree";
import { ValueOnDevice, valueOnDevice } from "./value-on-device";

/** A function as a program on a PJRT device. Variables it assigns donate their memory to their next values. */
export function pjrtFunction<In extends tf.Tensor[], Out extends TensorTree>(
  fn: (...inputs: In) => Out,
  settings: Omit<CaptureSettings, "observer">,
  signature: readonly TensorSpec[],
  on: ProgramDevice,
): ConcreteFunction<Out> {
  const runtime = theRuntime();
  const { eager } = runtime;
  const { client, tensors } = on;
  const observer = new LoweredGraph();
  return captureFunction(fn, { ...settings, compiler: "xla", observer }, signature, (captured) => {
    const { graph, facts } = captured;
    const variables = sealVariables(graph);
    const { outputs } = captured;
    const assigned = variables.filter(({ next }) => next !== null);
    const donations = assigned.map((touched, at) => ({
      parameter: signature.length + variables.indexOf(touched),
      result: outputs.length + at,
    }));
    const results = [...outputs, ...assigned.map(({ next }) => next as GraphOutput)];
    const text = observer.text([...graph.inputs, ...graph.closedOverInputs], results, donations);
    const [shapes, dtypes] = [
      outputs.map((output) => graph.builder.shapeOf(output, settings.label)),
      outputs.map((output) => graph.builder.dtypeOf(output)),
    ];
    const closedOver = tensors.holdAll(graph.closedOver, (at) =>
      graph.builder.shapeOf(graph.closedOverInputs[at] as GraphOutput, settings.label),
    );
    let program: Promise<KeptProgram> | null = null;
    let path: string | null = null;
    const compiled = async () => {
      // After a failure, such as for want of memory, the next call tries again.
      program ??= compileKept(on, text, results.length, settings.label, runtime).catch((error) => {
        program = null;
        throw error;
      });
      const kept = await program;
      path = kept.path;
      return kept.program;
    };
    const lifetime = new Lifetime(() => {
      for (const buffer of closedOver) tensors.release(buffer);
      for (const id of graph.closedOver) eager.forget(id);
      void program?.then((kept) => client.unload(kept.program));
    });

    const run = async (held: readonly DeviceBuffer[]) => {
      const loaded = await compiled();
      // Held until the program has them: meanwhile a variable may be assigned or disposed.
      const before = new Map<TouchedVariable, ValueOnDevice>();
      try {
        for (const touched of variables) {
          const value = valueOnDevice(touched.variable, on);
          value.buffer.holds++;
          if (touched.next !== null) value.takenBy = settings.label;
          before.set(touched, value);
        }
        const given = [...held, ...[...before.values()].map(({ buffer }) => buffer), ...closedOver];
        const inputs = given.map(({ buffer }) => buffer);
        const fail = (error: unknown) => {
          for (const touched of assigned) {
            const value = before.get(touched) as ValueOnDevice;
            if (client.isDeleted(value.buffer.buffer)) touched.variable.lose(settings.label, value);
          }
          throw error;
        };
        const { made, computed } = await client.start(loaded, inputs, settings.label).catch(fail);
        // A variable's next value must not be one that could not be computed.
        if (assigned.length > 0) {
          await computed.catch((error) => {
            for (const buffer of made) client.destroy(buffer);
            fail(error);
          });
        }
        for (const [at, touched] of assigned.entries()) {
          const { name, shape, tfDtype } = touched.variable;
          const next = tensors.own(made[outputs.length + at] as bigint, shape, tfDtype);
          touched.variable.becomes(new ValueOnDevice(next, name, tensors), before.get(touched) as ValueOnDevice);
        }
        const adopted = outputs.map((_, at) =>
          tensors.adopt(made[at] as bigint, shapes[at] as number[], dtypes[at] as number),
        );
        return { outputs: adopted, computed };
      } finally {
        for (const value of before.values()) {
          value.takenBy = null;
          tensors.release(value.buffer);
        }
      }
    };
    return {
      ...facts,
      isExclusive: true,
      prepare: (argumentIds) => {
        const held = tensors.holdAll(argumentIds, (at) => (signature[at] as TensorSpec).shape);
        const abandon = () => {
          for (const buffer of held) tensors.release(buffer);
        };
        return lifetime.during({ run: () => run(held).finally(abandon), abandon });
      },
      keptAt: () => path,
      isCompiled: () => program !== null,
      recover: null,
      dispose: () => lifetime.end(),
    };
  });
}
