import type { FeatureHealth } from "../health";
import type { LossTermName } from "../objective";

/** The loss's terms; null for those of the noisy predictor where there is none: for I-JEPA, and when all its weights are 0. */
export interface LossRecord extends Record<LossTermName, number | null> {}

/** What one step did; losses and norms are those before its update. */
export interface StepRecord extends LossRecord {
  step: number;
  loss: number;
  learningRate: number;
  weightDecay: number;
  emaMomentum: number;
  /** L2 norm of the gradient of the last encoder block's qkv weight (the paper's Figure 4). */
  gradNorm: number;
  /** L2 norm of the whole gradient, before clipping. */
  gradNormAll: number;
  contextPatches: number;
  targetPatches: number;
}

/** How healthy the student's features of some training images are, and what its teacher asks; none of it looks at the loss. */
export interface TrainDiagnostics extends FeatureHealth {
  /** Mean cosine between the student's and the teacher's feature of an image. */
  teacherCosine: number;
  /** ‖student − teacher‖ / ‖student‖ over the encoder's weights: near 0 the student predicts itself. */
  teacherLag: number;
  /** Share of the targets' variance that is known by position alone: near 1 there is nothing to see in the image. */
  targetByPosition: number;
  /** Share of the targets' variance that is known by the image alone. */
  targetByImage: number;
  /** Why the encoder counts as collapsed (see `collapse`), or null. */
  collapsed: string | null;
}

/** A step's record with where the run stands. */
export interface TrainRecord extends StepRecord {
  epoch: number;
  /** After the steps that `train.diagnostics` names, else null. */
  diagnostics: TrainDiagnostics | null;
  steps: number;
  /** Of the steps since the run started, compiling left out. */
  imagesPerSecond: number;
  secondsLeft: number;
}
