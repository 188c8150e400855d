import type { ObjectiveConfig } from "../config";
import type { tf } from "../engine";
import { type Distances, stopGradient } from "./distances";

/** Latents of one step, all [L·B, Kp, D] float32 with matching rows. */
export interface Latents {
  /** The teacher's, already normalized as the objective specifies. */
  targets: tf.Tensor3D;
  /** The clean predictor's. */
  clean: tf.Tensor3D;
  /** The noisy predictor's; null: `i-jepa`. */
  noisy: tf.Tensor3D | null;
  /** [L·B, Kp] float32, 1 for a valid patch and 0 for padding; absent: all are valid. */
  tokenMask?: tf.Tensor2D;
}

/** A term of the loss. */
export interface LossTerm {
  /** Which two latents it compares, as worded in a figure's legend. */
  title: string;
  /** The objective setting that holds its weight, and the weight used if that is not given. */
  weight: keyof ObjectiveConfig & `lambda${string}`;
  unlessGiven: 0 | 1;
  /** Whether it needs the noisy predictor: without one, it is 0 and recorded as null. */
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
 * The loss's terms by name, in summation order. The names in records, progress lines and figures, and the weights of the
 * sum, come from here.
 *
 * Source: paper eq. 7–10; docs/method.md#losses.
 */
export const lossTerms = {
  lossCT: CONTEXT_TARGET,
  lossNT: NOISY_TARGET,
  lossCN: CLEAN_NOISY,
} satisfies Record<string, LossTerm>;

export type LossTermName = keyof typeof lossTerms;

/** The names of the terms, in order. */
export const lossTermNames = Object.keys(lossTerms) as LossTermName[];
