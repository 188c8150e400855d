import type { ProbeProtocol } from "./protocol-definition";
import { protocols } from "./registry";

/** The protocol in one sentence: what was frozen, what was trained, where settings were chosen, on how many labels. */
export function sentenceOf(protocol: ProbeProtocol): string {
  const { name, heldOut, normalize, images, augmentation, settings, labels } = protocol;
  const { sentence, choices } = protocols[name];
  const seen = augmentation
    ? `random crops (${percent(augmentation.scale[0])} to ${percent(augmentation.scale[1])} of the area) and flips, tested on ${images}`
    : images;
  const parts = [
    featuresText(protocol),
    seen,
    ...(normalize === "as they are" ? [] : [normalize]),
    sentence(settings, labels),
    ...(heldOut === null ? [] : [`${choices(settings)} chosen on ${percent(heldOut)} of the training labels`]),
    subsetsText(protocol),
    ...(protocol.scored === undefined ? [] : ["scored on the development split of the training images"]),
  ];
  return parts.join(", ");
}

function featuresText({ name, encoder, blocks, width, part }: ProbeProtocol): string {
  if (encoder === "raw-pixels") return `raw pixels (${width})`;
  const tuned = encoder === "untrained" ? "untrained encoder trained" : `${encoder} fine-tuned`;
  const frozen = encoder === "untrained" ? "untrained encoder" : `frozen ${encoder}`;
  const what = protocols[name].trainsEncoder ? `${tuned} end to end` : frozen;
  const layers = blocks === 1 ? "last layer" : `last ${blocks} layers`;
  if (part !== undefined) return `${what}, average-pooled after ${part} (${width})`;
  return protocols[name].seesTokens
    ? `${what}, tokens of the ${layers} (${width} each)`
    : `${what}, average-pooled ${layers} (${width})`;
}

function subsetsText({ fraction, seeds, labels, lists, shots }: ProbeProtocol): string {
  if (lists) {
    const named = lists.map(({ name, sha256 }) => `${name} (SHA-256 ${sha256.slice(0, 12)})`).join(" and ");
    return `the ${labels} labels (${percent(fraction)}) ${lists.length === 1 ? "" : "each "}of ${named}`;
  }
  if (shots !== undefined) {
    const each = `${shots} ${shots === 1 ? "label" : "labels"} a class (${labels})`;
    return `${seeds.length} ${seeds.length === 1 ? "subset" : "subsets"} of ${each}`;
  }
  if (fraction === 1) return `all ${labels} labels`;
  const share = `${percent(fraction)} (${labels} labels)`;
  return `${seeds.length} class-balanced ${seeds.length === 1 ? "subset" : "subsets"} of ${share}`;
}

/** 0.01 as "1 %", without the stray digits of binary fractions. */
export function percent(share: number): string {
  return `${Number((100 * share).toPrecision(6))} %`;
}
