import type { FeatureHealth } from "../health";
import type { LossTermName } from "../objective";

/** The loss terms; null for those of the noisy predictor if there is none: with I-JEPA, or if all its weights are 0. */
export interface LossRecord extends Record<LossTermName, number | null> {}

/** What one step did; losses and norms are from before its update. */
export interface StepRecord extends LossRecord {
  step: number;
  loss: number;
  learningRate: number;
  weightDecay: number;
  emaMomentum: number;
  /** L2 norm of the gradient of the last encoder block's qkv weight (the paper's Figure 4). */
  gradNorm: number;
  /** L2 norm of the full gradient, before clipping. */
  gradNormAll: number;
  contextPatches: number;
  targetPatches: number;
}

/**
 * The health of the student's features on some training images, and of the teacher's targets; independent of the loss.
 */
export interface TrainDiagnostics extends FeatureHealth {
  /** Mean cosine similarity between the student's and the teacher's feature of an image. */
  teacherCosine: number;
  /** ‖student − teacher‖ / ‖student‖ over the encoder's weights: near 0, the student predicts itself. */
  teacherLag: number;
  /** Share of the targets' variance explained by position alone: near 1, nothing in them depends on the image. */
  targetByPosition: number;
  /** Share of the targets' variance explained by the image alone. */
  targetByImage: number;
  /** Why the encoder counts as collapsed (see `collapse`), or null. */
  collapsed: string | null;
}

/** A step's record with the progress of the run. */
export interface TrainRecord extends StepRecord {
  epoch: number;
  /** At the steps that `train.diagnostics` names, otherwise null. */
  diagnostics: TrainDiagnostics | null;
  steps: number;
  /** Over the steps since the run started, compilation excluded. */
  imagesPerSecond: number;
  secondsLeft: number;
}
