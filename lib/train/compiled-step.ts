import type { Run } from "../config";
import { type CompiledFunction, compile, tf } from "../engine";
import type { RawInputs } from "./inputs";
import { type HyperTensors, type StepVariables, stepTensors } from "./step-tensors";

/** The step as one compiled function of what changes from step to step. */
export interface CompiledStep {
  run(inputs: RawInputs, scalars: Readonly<Record<keyof HyperTensors, number>>): Promise<Record<string, tf.Tensor>>;
  variants(): number;
  opCounts(): ReadonlyMap<string, number>[];
  dispose(): void;
}

const OPTIONAL = ["rows", "columns", "noise"] as const;
type Optional = (typeof OPTIONAL)[number];

const HYPER = ["learningRate", "weightDecay", "emaMomentum", "firstCorrection", "secondCorrection"] as const;

/** Captures the step of a run over its variables; it is compiled at the first batch of each shape. */
export function compileStep(run: Run, variables: StepVariables): CompiledStep {
  const compiled = new Map<string, CompiledFunction<tf.Tensor[], Record<string, tf.Tensor>>>();

  return {
    run: async (inputs, scalars) => {
      const present = OPTIONAL.filter((name) => inputs[name] !== null);
      const key = present.join();
      let step = compiled.get(key);
      if (!step) {
        step = compile(
          (...tensors: tf.Tensor[]) => {
            const { raw, hyper } = unpack(tensors, present);
            return stepTensors(run, variables, raw, hyper);
          },
          { name: `step_${run.objective.method}`, compiler: run.train.compiler },
        );
        compiled.set(key, step);
      }
      const hyper = HYPER.map((name) => tf.scalar(scalars[name]));
      const { masks } = inputs;
      const ordered = [inputs.pixels, masks.context, masks.contextLength, masks.targets, masks.targetLength];
      const extra = present.map((name) => inputs[name] as tf.Tensor);
      return step(...ordered, ...hyper, ...extra).finally(() => tf.dispose(hyper));
    },
    variants: () => [...compiled.values()].reduce((sum, step) => sum + step.variants(), 0),
    opCounts: () => [...compiled.values()].flatMap((step) => step.opCounts()),
    dispose: () => {
      for (const step of compiled.values()) step.dispose();
    },
  };
}

function unpack(tensors: tf.Tensor[], present: readonly Optional[]): { raw: RawInputs; hyper: HyperTensors } {
  const [pixels, context, contextLength, targets, targetLength, ...rest] = tensors as [
    tf.Tensor4D,
    tf.Tensor2D,
    tf.Tensor1D,
    tf.Tensor2D,
    tf.Tensor,
    ...tf.Tensor[],
  ];
  const optional = (name: Optional) => {
    const at = present.indexOf(name);
    return at < 0 ? null : (rest[HYPER.length + at] as tf.Tensor3D);
  };
  const masks = { context, contextLength, targets, targetLength };
  const raw = { pixels, masks, rows: optional("rows"), columns: optional("columns"), noise: optional("noise") };
  const hyper = Object.fromEntries(HYPER.map((name, index) => [name, rest[index]])) as unknown as HyperTensors;
  return { raw, hyper };
}
