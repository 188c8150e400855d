import type { EvaluateConfig } from "../config";

export type EncoderChoice = EvaluateConfig["encoder"][number];
export type LayersChoice = EvaluateConfig["layers"][number];
export type ProtocolName = EvaluateConfig["protocol"][number];

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
  /** How images come to the encoder's size: `whole images`, or which crop. */
  images: string;
  /** What is done to features before they are learned from. */
  normalize: "standardized";
  /** The classifier's settings; a list is of candidates, one of which is chosen for each subset. */
  settings: Readonly<Record<string, number | readonly number[]>>;
  /** Share of a subset's labels held out to choose on; null when there was nothing to choose. */
  heldOut: number | null;
  fraction: number;
  /** Labels in a subset. */
  labels: number;
  seeds: number[];
}

/** The protocol in one sentence: what was frozen, what was learned, where settings were chosen, on how many labels. */
export function sentenceOf(protocol: ProbeProtocol): string {
  const { heldOut } = protocol;
  const chosen = heldOut === null ? "" : `, ${choices(protocol)} chosen on ${percent(heldOut)} of the training labels`;
  return `${features(protocol)}, ${protocol.images}, ${protocol.normalize}, ${classifier(protocol)}${chosen}, ${subsets(protocol)}`;
}

function features({ encoder, blocks, width }: ProbeProtocol): string {
  if (encoder === "pixels") return `raw pixels (${width})`;
  const frozen = encoder === "untrained" ? "untrained encoder" : `frozen ${encoder}`;
  return `${frozen}, average-pooled ${blocks === 1 ? "last layer" : `last ${blocks} layers`} (${width})`;
}

function classifier({ name, settings }: ProbeProtocol): string {
  switch (name) {
    case "logreg":
      return "L2 logistic regression to convergence";
    case "linear":
      return `linear layer on cached features, SGD (momentum ${settings.sgdMomentum}, batch ${settings.batchSize}, cosine, ${settings.epochs} epochs)`;
  }
}

/** Settings that have several candidates, by the words for them. */
function choices({ settings }: ProbeProtocol): string {
  const words: Record<string, string> = { penalty: "λ", learningRate: "learning rate" };
  const names = Object.keys(settings).filter((name) => Array.isArray(settings[name]));
  return names.map((name) => words[name] ?? name).join(" and ");
}

function subsets({ fraction, seeds, labels }: ProbeProtocol): string {
  if (fraction === 1) return `all ${labels} labels`;
  const share = `${percent(fraction)} (${labels} labels)`;
  return `${seeds.length} class-balanced ${seeds.length === 1 ? "subset" : "subsets"} of ${share}`;
}

/** 0.01 as "1 %", without the digits that binary fractions leave behind. */
export function percent(share: number): string {
  return `${Number((100 * share).toPrecision(6))} %`;
}
