import type { EvaluateConfig } from "../../config";
import type { RightImages } from "../classifiers/right-images";
import type { FeaturePair } from "../features/features";
import type { SubsetImages } from "../features/subset-images";
import type { NamedList } from "./label-subsets";

export type EncoderChoice = EvaluateConfig["encoder"][number];
export type LayersChoice = EvaluateConfig["layers"][number];
export type ProtocolName = EvaluateConfig["protocol"][number];

/** Normalization of features before training; `standardized`: by mean and std of the training features. */
export type Normalization = "standardized" | "of length 1" | "as they are";

/** A protocol's own settings; a list holds candidates, one of which is chosen for each subset. */
export type ProtocolSettings = Readonly<Record<string, number | readonly number[]>>;

/** All that `probe` needs to know of a protocol. A new one is such an object in its own file, plus a registry line. */
export interface ProtocolDefinition {
  learn: Learner;
  normalize: Normalization;
  /** Whether it trains on the images themselves, so that it cannot probe raw pixels or bare features. */
  needsImages: boolean;
  /** Whether images are seen through new random crops; default: if it needs images. */
  seesCrops?: boolean;
  /** Whether it sees an image's tokens rather than their mean. */
  seesTokens?: boolean;
  /** Whether it also trains the encoder, which is then not frozen. */
  trainsEncoder?: boolean;
  /** The part of the config that its numbers depend on; a list with one entry leaves nothing to choose. */
  settings(config: EvaluateConfig): ProtocolSettings;
  /**
   * The classifier and how it is fitted, as put in the result's sentence: "L2 logistic regression to convergence".
   *
   * @param labels  number of labels in a subset
   */
  sentence(settings: ProtocolSettings, labels: number): string;
  /** What is chosen on held-out labels where a setting is a list, in words: "λ". */
  choices(settings: ProtocolSettings): string;
}

/** Trains on the subset, choosing its settings on a part of it, and scores the test images. */
export type Learner = (task: LearnerTask) => Promise<Omit<SubsetResult, "seed">>;

/** A labelled subset to train on, and what a learner may look at. */
export interface LearnerTask extends FeaturePair {
  classes: number;
  config: EvaluateConfig;
  /** The subset's. */
  seed: number;
  /** The images behind the training features, for learners that recompute them; null where there are only features. */
  images: SubsetImages | null;
  signal?: AbortSignal | undefined;
}

/** What was chosen on held-out labels, or was the only candidate; by its name in the protocol's settings. */
export type ChosenSettings = Readonly<Record<string, number>>;

/** The minimum that a protocol with a fixed number of steps approaches. */
export interface Optimum {
  /** Test accuracy at the minimum, in [0, 1]. */
  accuracy: number;
  /** How far the training loss, the mean over the last epoch's steps, is above the minimum's. */
  lossGap: number;
}

/** Test results of a classifier trained on one subset of the training labels. */
export interface SubsetResult {
  /** Seed for drawing the labels and those held out; for a list (the protocol's `lists`), only the latter. */
  seed: number;
  /** Share of the test images classified correctly, in [0, 1]. */
  accuracy: number;
  /** Which of them, image by image. */
  right: RightImages;
  /** Accuracy after the last epoch, for protocols that also choose the epoch on held-out labels. */
  last?: number;
  /** Settings chosen on held-out labels. */
  chosen: ChosenSettings;
  /** Names of chosen settings that were the smallest or largest candidate: a better one may lie beyond. */
  atEdge: string[];
  /** Where the same classifier ends when its loss is minimized: for SGD, which stops short of it. */
  optimum?: Optimum;
  /** Whether each fit reached its minimum; absent for protocols that take a fixed number of steps. */
  converged?: boolean;
}

/** Everything but the weights that a probe's number depends on. */
export interface ProbeProtocol {
  name: ProtocolName;
  /** Fingerprint of the data set. */
  dataset: string;
  /** Present where a part of the training images stands in for the test images (`data.developmentShare`). */
  scored?: "development";
  encoder: EncoderChoice;
  /** Null for raw pixels. */
  layers: LayersChoice | null;
  /** Number of blocks whose mean tokens are concatenated; 0 for raw pixels. */
  blocks: number;
  /** Where in the encoder tokens were taken, such as `block 2, attention`; absent: after the last block. */
  part?: string;
  /** Features per image. */
  width: number;
  /** How images are brought to the encoder's size without randomness: `whole images`, or which crop. */
  images: string;
  /** Random crops trained on, for protocols that draw new views of images; null: always the same images. */
  augmentation: EvaluateConfig["augmentation"] | null;
  normalize: Normalization;
  settings: ProtocolSettings;
  /** Share of a subset's labels held out to choose on; null when nothing was to be chosen. */
  heldOut: number | null;
  /** Version of the arithmetic: see `evaluationVersion`. */
  version: number;
  fraction: number;
  /** Labels per subset. */
  labels: number;
  seeds: number[];
  /** Labels per class, where subsets were specified that way. */
  shots?: number;
  /** The files that name each subset's images, where they were not drawn. */
  lists?: NamedList[];
}
