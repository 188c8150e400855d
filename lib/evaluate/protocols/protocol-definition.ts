import type { EvaluateConfig } from "../../config";
import type { RightImages } from "../classifiers/right-images";
import type { FeaturePair } from "../features/features";
import type { SubsetImages } from "../features/subset-images";
import type { NamedList } from "./label-subsets";

export type EncoderChoice = EvaluateConfig["encoder"][number];
export type LayersChoice = EvaluateConfig["layers"][number];
export type ProtocolName = EvaluateConfig["protocol"][number];

/** What is done to features before they are learned from; `standardized`: by mean and std of what is learned from. */
export type Normalization = "standardized" | "of length 1" | "as they are";

/** A protocol's own settings; a list is of candidates, one of which is chosen for each subset. */
export type ProtocolSettings = Readonly<Record<string, number | readonly number[]>>;

/** All that `probe` has to know of a protocol. A new one is such an object in a file of its own, and a line in the registry. */
export interface ProtocolDefinition {
  learn: Learner;
  normalize: Normalization;
  /** It learns from the training images themselves, so that raw pixels and bare features cannot be probed by it. */
  needsImages: boolean;
  /** Whether those are seen through new random crops; default: if it needs images. */
  seesCrops?: boolean;
  /** It sees an image's tokens and not their mean. */
  seesTokens?: boolean;
  /** It trains the encoder too, which is then not frozen. */
  trainsEncoder?: boolean;
  /** The part of the config that its numbers depend on; of a list with one entry nothing is chosen. */
  settings(config: EvaluateConfig): ProtocolSettings;
  /** The classifier and how it is fitted, as it stands in the result's sentence: "L2 logistic regression to convergence". */
  sentence(settings: ProtocolSettings): string;
  /** What is chosen on held-out labels where a setting is a list, in words: "λ". */
  choices(settings: ProtocolSettings): string;
}

/** Learns from the subset, choosing its settings on a part of it, and counts what it gets right on the test part. */
export type Learner = (task: LearnerTask) => Promise<Omit<SubsetResult, "seed">>;

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

/** What was chosen on held-out labels, or was the only candidate; by its name in the protocol's settings. */
export type ChosenSettings = Readonly<Record<string, number>>;

/** The minimum that a protocol of a fixed number of steps is on its way to. */
export interface Optimum {
  /** Share of the test images that are classified right there. */
  accuracy: number;
  /** How far the training loss, the mean over the last epoch's steps, is above the minimum's. */
  lossGap: number;
}

/** One subset of the training labels, learned from and tested. */
export interface SubsetResult {
  /** Seed that the labels were drawn by, and what is held out of them; a list (the protocol's `lists`) has only the latter. */
  seed: number;
  /** Share of the test images that were classified right, in [0, 1]. */
  accuracy: number;
  /** Which of them, image by image. */
  right: RightImages;
  /** The share after the last epoch, for protocols that choose the epoch on held-out labels too. */
  last?: number;
  /** What was chosen on held-out labels. */
  chosen: ChosenSettings;
  /** Names of chosen settings that were the smallest or the largest candidate: the best may lie beyond it. */
  atEdge: string[];
  /** Where the same classifier ends when its loss is minimized: for SGD, which stops before. */
  optimum?: Optimum;
  /** Whether each fit reached its minimum; absent for protocols that take a fixed number of steps. */
  converged?: boolean;
}

/** All that a probe's number depends on, but for the weights. */
export interface ProbeProtocol {
  name: ProtocolName;
  /** Fingerprint of the data set. */
  dataset: string;
  encoder: EncoderChoice;
  /** Null for raw pixels. */
  layers: LayersChoice | null;
  /** Blocks whose tokens are averaged and put side by side; 0 for raw pixels. */
  blocks: number;
  /** Where in the encoder tokens were looked at, such as `block 2, attention`; absent: after the last block. */
  part?: string;
  /** Numbers per image. */
  width: number;
  /** How images come to the encoder's size where nothing is random: `whole images`, or which crop. */
  images: string;
  /** The random crops that are learned from, for protocols that see images anew; null: the same images always. */
  augmentation: EvaluateConfig["augmentation"] | null;
  normalize: Normalization;
  settings: ProtocolSettings;
  /** Share of a subset's labels held out to choose on; null when there was nothing to choose. */
  heldOut: number | null;
  /** Of the arithmetic: see `evaluationVersion`. */
  version: number;
  fraction: number;
  /** Labels in a subset. */
  labels: number;
  seeds: number[];
  /** Labels of each class, where subsets were counted so. */
  shots?: number;
  /** The files that name each subset's images, where they were not drawn. */
  lists?: NamedList[];
}
