import { ConfigError } from "../../errors";
import { augmentedBatches } from "../classifiers/augmented-batches";
import { linearHeads } from "../classifiers/linear-heads";
import { learnHeads, rateAndEpoch, sgdSettings, sgdText } from "./learn-heads";
import type { ProtocolDefinition } from "./protocol-definition";

/** Std of the initial weights. */
const START_STD = 0.01;

/**
 * `dino-linear`: DINO's own linear evaluation. A linear layer on the features of new random crops and flips every
 * epoch, not standardized; initial weights N(0, 0.01), one learning rate, the partial last batch kept. DINO reports the
 * best epoch on the test images; here it is the last, or one chosen on held-out labels where several rates are given.
 *
 * Source: facebookresearch/dino@7c446df, eval_linear.py.
 */
export const dinoLinear: ProtocolDefinition = {
  learn: (task) =>
    learnHeads(task, task.config.dinoLinear.learningRates, {
      standardize: false,
      heads: (rates) =>
        linearHeads({
          width: task.train.width,
          classes: task.classes,
          rates,
          start: { std: START_STD, seed: task.seed },
        }),
      batches: (features, rows) => {
        const { images } = task;
        if (!images) throw new ConfigError("The protocol dino-linear needs images; there are only features here.");
        const places = Int32Array.from(rows, (row) => images.places[row] as number);
        return augmentedBatches({ ...images, places }, { like: null, labels: features.labels }, task);
      },
    }),
  normalize: "as they are",
  needsImages: true,
  settings: (config) => ({ learningRate: config.dinoLinear.learningRates, ...sgdSettings(config) }),
  sentence: (settings) => `linear layer on features of every crop (DINO), ${sgdText(settings)}`,
  choices: rateAndEpoch,
};
