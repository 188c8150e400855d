import { linearHeads } from "../classifiers/linear-heads";
import { featureBatches } from "../classifiers/train-heads";
import { learnHeads, rateAndEpoch, sgdSettings, sgdText } from "./learn-heads";
import type { ProtocolDefinition } from "./protocol-definition";

/** `linear`: a linear layer on cached features. */
export const linear: ProtocolDefinition = {
  learn: (task) =>
    learnHeads(task, task.config.learningRates, {
      hasOptimum: true,
      heads: (rates) => linearHeads({ width: task.train.width, classes: task.classes, rates }),
      batches: (features) => featureBatches(features, task.config.batchSize, task.seed),
    }),
  normalize: "standardized",
  needsImages: false,
  settings: (config) => ({ learningRate: config.learningRates, ...sgdSettings(config) }),
  sentence: (settings) => `linear layer on cached features, ${sgdText(settings)}`,
  choices: rateAndEpoch,
};
