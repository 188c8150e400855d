import type { EvaluateConfig } from "../../config";
import { learnFinetune } from "./learn-finetune";
import { learnLinear, learnLinearAugmented, learnMlp } from "./learn-heads";
import { learnKnn } from "./learn-knn";
import { learnLogreg } from "./learn-logreg";
import type { Learner } from "./learner";
import type { Normalization, ProbeProtocol, ProtocolName } from "./protocol-definition";

/** How a protocol learns, and the part of the config that its numbers depend on. */
export interface ProtocolDefinition {
  learn: Learner;
  normalize: Normalization;
  /** Sees the training images themselves, so that pixels and bare features cannot be probed by it. */
  needsImages: boolean;
  /** Candidates are lists; of a list with one entry nothing is chosen. */
  settings(config: EvaluateConfig): Record<string, number | readonly number[]>;
}

const sgd = ({ sgdMomentum, batchSize, epochs }: EvaluateConfig) => ({ sgdMomentum, batchSize, epochs });

export const protocols: Record<ProtocolName, ProtocolDefinition> = {
  linear: {
    learn: learnLinear,
    normalize: "standardized",
    needsImages: false,
    settings: (config) => ({ learningRate: config.learningRates, ...sgd(config) }),
  },
  "linear-augmented": {
    learn: learnLinearAugmented,
    normalize: "standardized",
    needsImages: true,
    settings: (config) => ({ learningRate: config.learningRates, ...sgd(config) }),
  },
  logreg: {
    learn: learnLogreg,
    normalize: "standardized",
    needsImages: false,
    settings: ({ penalties }) => ({ penalty: penalties }),
  },
  mlp: {
    learn: learnMlp,
    normalize: "standardized",
    needsImages: false,
    settings: (config) => ({ learningRate: config.mlp.learningRates, hidden: config.mlp.hidden, ...sgd(config) }),
  },
  finetune: {
    learn: learnFinetune,
    normalize: "as they are",
    needsImages: true,
    settings: ({ finetune: { learningRates, ...others } }) => ({ learningRate: learningRates, ...others }),
  },
  knn: { learn: learnKnn, normalize: "of length 1", needsImages: false, settings: ({ knn }) => ({ ...knn }) },
};

/** What a protocol's numbers depend on, as the result says it. */
export function settingsOf(
  name: ProtocolName,
  config: EvaluateConfig,
): Pick<ProbeProtocol, "settings" | "heldOut" | "augmentation" | "normalize"> {
  const { settings, needsImages, normalize } = protocols[name];
  const entries = Object.entries(settings(config)).map(
    ([key, value]) => [key, typeof value !== "number" && value.length === 1 ? (value[0] as number) : value] as const,
  );
  return {
    settings: Object.fromEntries(entries),
    heldOut: entries.some(([, value]) => typeof value !== "number") ? config.heldOut : null,
    augmentation: needsImages ? config.augmentation : null,
    normalize,
  };
}
