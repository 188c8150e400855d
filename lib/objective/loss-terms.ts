import type { ObjectiveConfig } from "../config";
import type { tf } from "../engine";
import { type Distances, stopGradient } from "./distances";

/** Latents of one step, all [L·B, Kp, D] float32 with the same rows. */
export interface Latents {
  /** The teacher's, already normalized as the objective says. */
  targets: tf.Tensor3D;
  /** The clean predictor's. */
  clean: tf.Tensor3D;
  /** The noisy predictor's; null: `i-jepa`. */
  noisy: tf.Tensor3D | null;
  /** [L·B, Kp] float32, 1 for a patch that counts and 0 for padding; absent: all count. */
  tokenMask?: tf.Tensor2D;
}

/** A term of the loss. */
export interface LossTerm {
  /** What lies between what, as a figure's legend says it. */
  title: string;
  /** The setting of the objective that is its weight, and the weight where it is not given. */
  weight: keyof ObjectiveConfig & `lambda${string}`;
  unlessGiven: 0 | 1;
  /** Whether it needs the noisy predictor: without one it is 0 and is recorded as null. */
  needsNoisy: boolean;
  /** The term, a scalar. */
  of(latents: Latents & { noisy: tf.Tensor3D }, distances: Distances, config: ObjectiveConfig): tf.Scalar;
}

const CONTEXT_TARGET: LossTerm = {
  title: "context → target",
  weight: "lambdaCT",
  unlessGiven: 1,
  needsNoisy: false,
  of: ({ clean, targets }, { prediction }) => prediction(clean, targets),
};

const NOISY_TARGET: LossTerm = {
  title: "noisy → target",
  weight: "lambdaNT",
  unlessGiven: 0,
  needsNoisy: true,
  of: ({ noisy, targets }, { prediction }) => prediction(noisy, targets),
};

const CLEAN_NOISY: LossTerm = {
  title: "noisy – clean",
  weight: "lambdaCN",
  unlessGiven: 0,
  needsNoisy: true,
  of: ({ clean, noisy }, { squared }, { detach }) =>
    squared(detach === "noise" ? stopGradient(noisy) : noisy, detach === "context" ? stopGradient(clean) : clean),
};

/**
 * The loss's terms by name, in the order in which they are summed. Names of records, progress lines and figures, and the
 * weights of the sum, come from here.
 *
 * Source: paper eq. 7–10; docs/method.md#losses.
 */
export const LOSS_TERMS = {
  lossCT: CONTEXT_TARGET,
  lossNT: NOISY_TARGET,
  lossCN: CLEAN_NOISY,
} satisfies Record<string, LossTerm>;

export type LossTermName = keyof typeof LOSS_TERMS;

/** The terms' names, in their order. */
export const lossTermNames = Object.keys(LOSS_TERMS) as LossTermName[];
