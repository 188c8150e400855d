import { mlpHeads } from "../classifiers/mlp-heads";
import { featureBatches } from "../classifiers/train-heads";
import { learnHeads, rateAndEpoch, sgdSettings, sgdText } from "./learn-heads";
import type { ProtocolDefinition } from "./protocol-definition";

/** `mlp`: a classifier with one hidden layer, on cached features. */
export const mlp: ProtocolDefinition = {
  learn: (task) =>
    learnHeads(task, task.config.mlp.learningRates, {
      heads: (rates) =>
        mlpHeads({
          width: task.train.width,
          classes: task.classes,
          rates,
          hidden: task.config.mlp.hidden,
          seed: task.seed,
        }),
      batches: (features) => featureBatches(features, task.config.batchSize, task.seed),
    }),
  normalize: "standardized",
  needsImages: false,
  settings: (config) => ({
    learningRate: config.mlp.learningRates,
    hidden: config.mlp.hidden,
    ...sgdSettings(config),
  }),
  sentence: (settings) => `${settings.hidden} hidden units with GELU on cached features, ${sgdText(settings)}`,
  choices: rateAndEpoch,
};
