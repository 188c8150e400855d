import type { EvaluateConfig } from "../../config";
import type { NamedList } from "../label-subsets";

export type EncoderChoice = EvaluateConfig["encoder"][number];
export type LayersChoice = EvaluateConfig["layers"][number];
export type ProtocolName = EvaluateConfig["protocol"][number];

/** What is done to features before they are learned from; `standardized`: by mean and spread of what is learned from. */
export type Normalization = "standardized" | "of length 1" | "as they are";

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
  /** Numbers per image. */
  width: number;
  /** How images come to the encoder's size where nothing is random: `whole images`, or which crop. */
  images: string;
  /** The random crops that are learned from, for protocols that see images anew; null: the same images always. */
  augmentation: EvaluateConfig["augmentation"] | null;
  normalize: Normalization;
  /** The classifier's settings; a list is of candidates, one of which is chosen for each subset. */
  settings: Readonly<Record<string, number | readonly number[]>>;
  /** Share of a subset's labels held out to choose on; null when there was nothing to choose. */
  heldOut: number | null;
  fraction: number;
  /** Labels in a subset. */
  labels: number;
  seeds: number[];
  /** The files that name each subset's images, where they were not drawn. */
  lists?: NamedList[];
}

/** The protocol in one sentence: what was frozen, what was learned, where settings were chosen, on how many labels. */
export function sentenceOf(protocol: ProbeProtocol): string {
  const { heldOut, normalize, images, augmentation } = protocol;
  const seen = augmentation
    ? `random crops (${percent(augmentation.scale[0])} to ${percent(augmentation.scale[1])} of the area) and flips, tested on ${images}`
    : images;
  const parts = [
    features(protocol),
    seen,
    ...(normalize === "as they are" ? [] : [normalize]),
    classifier(protocol),
    ...(heldOut === null ? [] : [`${choices(protocol)} chosen on ${percent(heldOut)} of the training labels`]),
    subsets(protocol),
  ];
  return parts.join(", ");
}

function features({ name, encoder, blocks, width }: ProbeProtocol): string {
  if (encoder === "pixels") return `raw pixels (${width})`;
  const tuned = encoder === "untrained" ? "untrained encoder trained" : `${encoder} fine-tuned`;
  const frozen = encoder === "untrained" ? "untrained encoder" : `frozen ${encoder}`;
  const what = name === "finetune" ? `${tuned} end to end` : frozen;
  return `${what}, average-pooled ${blocks === 1 ? "last layer" : `last ${blocks} layers`} (${width})`;
}

function classifier({ name, settings: it }: ProbeProtocol): string {
  const sgd = `SGD (momentum ${it.sgdMomentum}, batch ${it.batchSize}, cosine, ${it.epochs} epochs)`;
  switch (name) {
    case "linear":
      return `linear layer on cached features, ${sgd}`;
    case "linear-augmented":
      return `linear layer on features of every crop, ${sgd}`;
    case "logreg":
      return "L2 logistic regression to convergence";
    case "mlp":
      return `${it.hidden} hidden units with GELU on cached features, ${sgd}`;
    case "finetune":
      return `AdamW (batch ${it.batchSize}, ${it.warmupEpochs} epochs of warm-up, cosine, ${it.epochs} epochs, weight decay ${it.weightDecay}, layer decay ${it.layerDecay}, label smoothing ${it.labelSmoothing})`;
    case "knn":
      return `${it.k} nearest by cosine, weights exp(s / ${it.temperature})`;
  }
}

/** What was chosen, in words; the SGD and AdamW protocols choose the epoch along with the rate. */
function choices({ name, settings }: ProbeProtocol): string {
  if (name === "logreg") return "λ";
  const count = (settings.learningRate as readonly number[]).length;
  return `one of ${count} learning rates and the epoch`;
}

function subsets({ fraction, seeds, labels, lists }: ProbeProtocol): string {
  if (lists) {
    const named = lists.map(({ name, sha256 }) => `${name} (SHA-256 ${sha256.slice(0, 12)})`).join(" and ");
    return `the ${labels} labels (${percent(fraction)}) ${lists.length === 1 ? "" : "each "}of ${named}`;
  }
  if (fraction === 1) return `all ${labels} labels`;
  const share = `${percent(fraction)} (${labels} labels)`;
  return `${seeds.length} class-balanced ${seeds.length === 1 ? "subset" : "subsets"} of ${share}`;
}

/** 0.01 as "1 %", without the digits that binary fractions leave behind. */
export function percent(share: number): string {
  return `${Number((100 * share).toPrecision(6))} %`;
}
