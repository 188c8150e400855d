import type { EvaluateConfig } from "../../config";
import type { Split } from "../../data";
import type { EncoderSource, EncoderWeights } from "../features/encoder-weights";
import type { FeaturePair } from "../features/features";
import type { SubsetResult } from "../probe-result";

/** A labelled subset to learn from, and what a learner may look at. */
export interface LearnerTask extends FeaturePair {
  classes: number;
  config: EvaluateConfig;
  /** The subset's. */
  seed: number;
  /** The images behind the training features, for learners that see them anew; null where there are only features. */
  images: SubsetImages | null;
  signal?: AbortSignal | undefined;
}

/** The images of a subset, and the encoder that its features came from. */
export interface SubsetImages {
  run: EncoderSource["run"];
  weights: EncoderWeights;
  /** Blocks that features are taken from. */
  blocks: number;
  train: Split;
  test: Split;
  /** The subset's places in `train`, in the order of the training features. */
  places: Int32Array;
}

/** Learns from the subset, choosing its settings on a part of it, and counts what it gets right on the test part. */
export type Learner = (task: LearnerTask) => Promise<Omit<SubsetResult, "seed">>;
