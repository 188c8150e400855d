import type { OptimizerConfig } from "../config";

/** The hyperparameters of one step; all are pure functions of the step. */
export interface StepHyperparameters {
  learningRate: number;
  weightDecay: number;
  /** Fraction of the teacher that is kept. */
  emaMomentum: number;
  /** 1 − β1^step and 1 − β2^step. */
  firstCorrection: number;
  secondCorrection: number;
}

/** The position of a step in a run. */
export interface StepPlace {
  /** From 1. */
  step: number;
  /** Full batches per epoch. */
  stepsPerEpoch: number;
}

/** Everything that an optimizer step derives from its position in the run. */
export function stepHyperparameters(place: StepPlace, config: OptimizerConfig): StepHyperparameters {
  const { step } = place;
  return {
    learningRate: learningRate(place, config),
    weightDecay: weightDecay(place, config),
    emaMomentum: emaMomentum(place, config),
    firstCorrection: 1 - config.beta1 ** step,
    secondCorrection: 1 - config.beta2 ** step,
  };
}

/**
 * The learning rate: linear warm-up, then constant or a cosine to the final rate.
 *
 * Source: facebookresearch/ijepa@52c1ae9, src/utils/schedulers.py, `WarmupCosineSchedule`; docs/method.md#optimization.
 */
export function learningRate({ step, stepsPerEpoch }: StepPlace, config: OptimizerConfig): number {
  const { startLearningRate, learningRate: reference, finalLearningRate } = config;
  const warmup = Math.floor(config.warmupEpochs * stepsPerEpoch);
  if (step < warmup) return startLearningRate + (step / warmup) * (reference - startLearningRate);
  if (config.learningRateSchedule === "constant") return reference;
  const progress = (step - warmup) / Math.max(1, lastStep(stepsPerEpoch, config) - warmup);
  return Math.max(finalLearningRate, cosine(reference, finalLearningRate, progress));
}

/** The weight decay: a cosine from the first to the final value. Source: the same file, `CosineWDSchedule`. */
export function weightDecay({ step, stepsPerEpoch }: StepPlace, config: OptimizerConfig): number {
  const { weightDecay: first, finalWeightDecay: final } = config;
  const value = cosine(first, final, step / lastStep(stepsPerEpoch, config));
  return final <= first ? Math.max(final, value) : Math.min(final, value);
}

/**
 * The EMA momentum: linear from first to final value; the first update uses the first. Source: src/train.py lines
 * 228–230.
 */
export function emaMomentum({ step, stepsPerEpoch }: StepPlace, config: OptimizerConfig): number {
  const { emaMomentum: first, finalEmaMomentum: final, epochs, ipeScale } = config;
  return first + ((step - 1) * (final - first)) / (stepsPerEpoch * epochs * ipeScale);
}

/** The step at which the schedules would end; the run stops before it if ipeScale is above 1. */
function lastStep(stepsPerEpoch: number, config: OptimizerConfig): number {
  return Math.max(1, Math.floor(config.ipeScale * config.epochs * stepsPerEpoch));
}

function cosine(from: number, to: number, progress: number): number {
  return to + (from - to) * 0.5 * (1 + Math.cos(Math.PI * progress));
}
