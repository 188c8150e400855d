import type * as tf from "@tensorflow/tfjs-core";
import { LoweredGraph } from "../lowering/lowered-graph";
import type { GraphOutput } from "../native/pointer";
import type { TouchedVariable } from "../ops/variable";
import { sealVariables } from "../ops/variable";
import type { ProgramDevice } from "../pjrt/device";
import type { DeviceBuffer } from "../pjrt/device-tensors";
import { theRuntime } from "../runtime";
import { type CaptureSettings, type ConcreteFunction, captureFunction, type TensorSpec } from "./concrete-function";
import { compileKept, type KeptProgram } from "./kept-program";
import type { TensorTree } from "./tensor-tree";

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
    const closedOver = graph.closedOver.map((id, at) =>
      tensors.hold(id, graph.builder.shapeOf(graph.closedOverInputs[at] as GraphOutput, settings.label)),
    );
    let program: Promise<KeptProgram> | null = null;
    let path: string | null = null;
    let calls = 0;
    let isDisposed = false;
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
    const freeUnused = () => {
      if (!isDisposed || calls > 0) return;
      for (const buffer of closedOver) tensors.release(buffer);
      for (const id of graph.closedOver) eager.forget(id);
      void program?.then((kept) => client.unload(kept.program));
    };

    const run = async (held: readonly DeviceBuffer[]) => {
      const loaded = await compiled();
      const before = variables.map(({ variable }) => bufferOf(variable, on));
      const given = [...held, ...before, ...closedOver].map(({ buffer }) => buffer);
      const fail = (error: unknown) => {
        const taken = assigned.filter(({ variable }) => client.isDeleted(bufferOf(variable, on).buffer));
        for (const { variable } of taken) variable.lose(settings.label);
        throw error;
      };
      const { made, computed } = await client.start(loaded, given, settings.label).catch(fail);
      // A variable's next value must not be one that could not be computed.
      if (assigned.length > 0) {
        await computed.catch((error) => {
          for (const buffer of made) client.destroy(buffer);
          fail(error);
        });
      }
      assigned.forEach(({ variable }, at) => {
        const next = tensors.own(made[outputs.length + at] as bigint, variable.shape, variable.tfDtype);
        variable.becomes(deviceValue(next, on));
      });
      const adopted = outputs.map((_, at) =>
        tensors.adopt(made[at] as bigint, shapes[at] as number[], dtypes[at] as number),
      );
      return { outputs: adopted, computed };
    };
    return {
      ...facts,
      isExclusive: true,
      prepare: (argumentIds) => {
        const held = argumentIds.map((id, at) => tensors.hold(id, (signature[at] as TensorSpec).shape));
        calls++;
        const release = () => {
          for (const buffer of held) tensors.release(buffer);
          calls--;
          freeUnused();
        };
        const started = async () => {
          try {
            const call = await run(held);
            void call.computed.then(release, release);
            return call;
          } catch (error) {
            release();
            throw error;
          }
        };
        return { run: started, abandon: release };
      },
      keptAt: () => path,
      isCompiled: () => program !== null,
      recover: () => false,
      dispose: () => {
        isDisposed = true;
        freeUnused();
      },
    };
  });
}

/** The buffers of variables' values, so that a program can find what an earlier call produced. */
const buffers = new WeakMap<object, DeviceBuffer>();

function deviceValue(held: DeviceBuffer, { tensors }: ProgramDevice) {
  const value = { copy: () => tensors.copy(held), free: () => tensors.release(held) };
  buffers.set(value, held);
  return value;
}

function bufferOf(variable: TouchedVariable["variable"], on: ProgramDevice): DeviceBuffer {
  const value = variable.toDevice(({ id }) => deviceValue(on.tensors.upload(id, variable.shape), on));
  return buffers.get(value) as DeviceBuffer;
}
