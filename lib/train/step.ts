import type { Run } from "../config";
import type { ImageBatch } from "../data";
import { type CompiledFunction, compile, tf } from "../engine";
import { objectiveAndGradients, type StepInputs } from "../objective";
import { adamWUpdate, emaUpdate, isDecayed } from "../optimizer";
import { prepareImages, type RawInputs, rawInputs } from "./inputs";
import type { StepPlan } from "./plan";
import { readAll, type TrainState } from "./state";

/** What one step did; losses are those before its update. */
export interface StepRecord {
  step: number;
  loss: number;
  lossCT: number;
  /** null for I-JEPA, which has no noisy predictor. */
  lossNT: number | null;
  lossCN: number | null;
  learningRate: number;
  weightDecay: number;
  emaMomentum: number;
  /** L2 norm of the gradient of the last encoder block's qkv weight (the paper's Figure 4). */
  gradNorm: number;
  contextPatches: number;
  targetPatches: number;
}

/** The step as one compiled function of what changes from step to step. */
export interface CompiledStep {
  run(inputs: RawInputs, scalars: readonly number[]): Promise<Record<string, tf.Tensor>>;
  variants(): number;
  opCounts(): ReadonlyMap<string, number>[];
  dispose(): void;
}

/** The variables that a step reads and writes. */
type StepVariables = Pick<TrainState, "student" | "teacher" | "firstMoments" | "secondMoments">;

/**
 * One optimizer step on a batch: objective, gradients, AdamW, EMA, in one call of TensorFlow.
 *
 * This is the only place that writes variables. `state.step` becomes `plan.step`.
 *
 * Source: paper Algorithm 1; facebookresearch/ijepa@52c1ae9, src/train.py lines 281–350.
 */
export async function trainStep(state: TrainState, batch: ImageBatch, plan: StepPlan): Promise<StepRecord> {
  const { hyperparameters, masks } = plan;
  const { learningRate, weightDecay, emaMomentum, firstCorrection, secondCorrection } = hyperparameters;
  const inputs = rawInputs(state.run, batch, plan);
  const scalars = [learningRate, weightDecay, emaMomentum, firstCorrection, secondCorrection];
  const results = await state.compiled.run(inputs, scalars).finally(() => disposeInputs(inputs));
  const read = (name: string) => results[name]?.dataSync()[0] ?? null;
  const noisy = state.run.objective.method === "n-jepa";
  const record: StepRecord = {
    step: plan.step,
    loss: read("loss") as number,
    lossCT: read("lossCT") as number,
    lossNT: noisy ? read("lossNT") : null,
    lossCN: noisy ? read("lossCN") : null,
    learningRate,
    weightDecay,
    emaMomentum,
    gradNorm: read("gradNorm") as number,
    contextPatches: masks.contextPatches,
    targetPatches: masks.targetPatches,
  };
  tf.dispose(results);
  state.step = plan.step;
  return record;
}

/** Captures the step of a run over its variables; it is compiled at the first batch of each shape. */
export function compileStep(run: Run, variables: StepVariables): CompiledStep {
  const compiled = new Map<string, CompiledFunction<tf.Tensor[], Record<string, tf.Tensor>>>();
  const optional = ["rows", "columns", "noise"] as const;

  return {
    run: async (inputs, scalars) => {
      const present = optional.filter((name) => inputs[name] !== null);
      const key = present.join();
      let step = compiled.get(key);
      if (!step) {
        step = compile((...tensors: tf.Tensor[]) => stepTensors(run, variables, unpack(tensors, present)), {
          name: `step_${run.objective.method}`,
          compiler: run.train.compiler,
        });
        compiled.set(key, step);
      }
      const hyper = scalars.map((value) => tf.scalar(value));
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

interface Unpacked {
  raw: RawInputs;
  hyper: tf.Scalar[];
}

function unpack(tensors: tf.Tensor[], present: readonly ("rows" | "columns" | "noise")[]): Unpacked {
  const [pixels, context, contextLength, targets, targetLength, ...rest] = tensors as [
    tf.Tensor4D,
    tf.Tensor2D,
    tf.Tensor1D,
    tf.Tensor2D,
    tf.Tensor,
    ...tf.Tensor[],
  ];
  const optional = (name: "rows" | "columns" | "noise") => {
    const at = present.indexOf(name);
    return at < 0 ? null : (rest[5 + at] as tf.Tensor3D);
  };
  const masks = { context, contextLength, targets, targetLength };
  const raw = { pixels, masks, rows: optional("rows"), columns: optional("columns"), noise: optional("noise") };
  return { raw, hyper: rest.slice(0, 5) as tf.Scalar[] };
}

/** The step in tensors: reads the variables, assigns them, gives the scalars of its record. */
function stepTensors(run: Run, variables: StepVariables, { raw, hyper }: Unpacked): Record<string, tf.Tensor> {
  const [learningRate, weightDecay, emaMomentum, firstCorrection, secondCorrection] = hyper as [
    tf.Scalar,
    tf.Scalar,
    tf.Scalar,
    tf.Scalar,
    tf.Scalar,
  ];
  const student = readAll(variables.student);
  const teacher = readAll(variables.teacher);
  const inputs: StepInputs = { images: prepareImages(run, raw), ...raw.masks, noise: raw.noise };
  const { losses, gradients } = objectiveAndGradients({ ...student, ...teacher }, inputs, run);

  for (const [name, variable] of Object.entries(variables.student)) {
    const [first, second] = [variables.firstMoments[name], variables.secondMoments[name]];
    const [parameter, gradient] = [student[name], gradients[name]];
    if (!first || !second || !parameter || !gradient) continue;
    const next = adamWUpdate(
      { parameter, gradient, firstMoment: first.read(), secondMoment: second.read() },
      {
        learningRate,
        weightDecay: isDecayed(name, variable.shape) ? weightDecay : null,
        firstCorrection,
        secondCorrection,
      },
      run.optimizer,
    );
    variable.assign(next.parameter);
    first.assign(next.firstMoment);
    second.assign(next.secondMoment);
  }
  for (const [name, variable] of Object.entries(variables.teacher)) {
    const updated = variables.student[name.replace(/^target_encoder\./, "encoder.")];
    if (updated) variable.assign(emaUpdate(variable.read(), updated.read(), emaMomentum));
  }
  const last = gradients[`encoder.blocks.${run.model.depth - 1}.attn.qkv.weight`];
  return { ...losses, gradNorm: last ? tf.norm(last) : tf.scalar(0) };
}

function disposeInputs({ pixels, rows, columns, masks, noise }: RawInputs): void {
  tf.dispose([pixels, rows, columns, noise, ...Object.values(masks)].filter((tensor) => tensor !== null));
}
