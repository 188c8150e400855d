import { effectiveMethod } from "../config";
import type { ImageBatch } from "../data";
import { tf } from "../engine";
import { TrainError } from "../errors";
import { type LossTermName, lossTermNames, lossTerms } from "../objective";
import type { OnComputing } from "./compiled-step";
import { type RawInputs, rawParts } from "./inputs";
import type { StepPlan } from "./plan";
import type { TrainState } from "./state";
import type { LossRecord, StepRecord } from "./train-record";

export interface StepOptions {
  /** The batch as tensors, where they were made beforehand; the step disposes them. */
  parts?: RawInputs[];
  onComputing?: OnComputing;
}

/**
 * One optimizer step on a batch, in three TensorFlow calls: cropping and normalizing images; noise, objective and
 * gradients; then AdamW and EMA, in place.
 *
 * `state.step` becomes `plan.step`. A step with a non-finite loss or gradient is not taken: variables and `state.step`
 * stay as they were.
 *
 * @throws {TrainError} naming the terms and parameters involved, when the loss or a gradient is not finite
 *
 * Source: paper Algorithm 1; facebookresearch/ijepa@52c1ae9, src/train.py lines 281–350.
 */
export async function trainStep(
  state: TrainState,
  batch: ImageBatch,
  plan: StepPlan,
  { parts = rawParts(batch, plan, state.run), onComputing }: StepOptions = {},
): Promise<StepRecord> {
  const { hyperparameters, masks } = plan;
  const { learningRate, weightDecay, emaMomentum } = hyperparameters;
  const { objective, model } = state.run;
  const running = state.compiled.run(parts, hyperparameters, onComputing);
  const results = await running.finally(() => disposeParts(parts));
  const read = (name: string) => results[name]?.dataSync()[0] as number;
  const noisy = effectiveMethod(objective) === "n-jepa";
  const norms = (results.gradNorms as tf.Tensor).dataSync() as Float32Array;
  const names = Object.keys(state.student);
  const record: StepRecord = {
    step: plan.step,
    loss: read("loss"),
    ...lossRecord((name) => (lossTerms[name].needsNoisy && !noisy ? null : read(name))),
    learningRate,
    weightDecay,
    emaMomentum,
    gradNorm: norms[names.indexOf(`encoder.blocks.${model.depth - 1}.attn.qkv.weight`)] as number,
    gradNormAll: read("gradNormAll"),
    contextPatches: masks.contextPatches,
    targetPatches: masks.targetPatches,
  };
  tf.dispose(results);
  assertFinite(record, names, norms, batch);
  state.step = plan.step;
  return record;
}

function lossRecord(numberOf: (name: LossTermName) => number | null): LossRecord {
  return Object.fromEntries(lossTermNames.map((name) => [name, numberOf(name)])) as unknown as LossRecord;
}

function assertFinite(record: StepRecord, names: readonly string[], norms: Float32Array, batch: ImageBatch): void {
  if (Number.isFinite(record.loss) && Number.isFinite(record.gradNormAll)) return;
  const terms = (["loss", ...lossTermNames] as const)
    .filter((name) => record[name] !== null && !Number.isFinite(record[name]))
    .map((name) => `${name} ${record[name]}`);
  const broken = names.filter((_, index) => !Number.isFinite(norms[index]));
  const gradients = broken.length > 0 ? [`${broken.length} gradients of ${names.length}, first ${broken[0]}`] : [];
  throw new TrainError(
    `Step ${record.step} is not finite: ${[...terms, ...gradients].join("; ")}. It was not taken; the state is that of step ` +
      `${record.step - 1}. Its images are ${[...batch.indices.subarray(0, 4)].join(", ")}, … of the split; the learning ` +
      `rate was ${record.learningRate}. Lower optimizer.learningRate, or set optimizer.clipNorm.`,
  );
}

export function disposeParts(parts: readonly RawInputs[]): void {
  for (const { pixels, boxes, masks, noise } of parts)
    tf.dispose([pixels, boxes, noise, ...Object.values(masks)].filter((tensor) => tensor !== null));
}
