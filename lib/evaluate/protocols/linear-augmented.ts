import { ConfigError } from "../../errors";
import { augmentedBatches } from "../classifiers/augmented-batches";
import { linearHeads } from "../classifiers/linear-heads";
import type { SubsetImages } from "../features/subset-images";
import { learnHeads, rateAndEpoch, sgdSettings, sgdText } from "./learn-heads";
import type { ProtocolDefinition } from "./protocol-definition";

/** `linear-augmented`: a linear layer on the features of new random crops and flips every epoch, as in the paper. */
export const linearAugmented: ProtocolDefinition = {
  learn: (task) =>
    learnHeads(task, task.config.learningRates, {
      heads: (rates) => linearHeads({ width: task.train.width, classes: task.classes, rates }),
      batches: (features, places, whole) => {
        const { images } = task;
        if (!images) throw new ConfigError("The protocol linear-augmented needs images; there are only features here.");
        const part: SubsetImages = {
          ...images,
          places: Int32Array.from(places, (place) => images.places[place] as number),
        };
        return augmentedBatches(part, { like: whole, labels: features.labels }, task);
      },
    }),
  normalize: "standardized",
  needsImages: true,
  settings: (config) => ({ learningRate: config.learningRates, ...sgdSettings(config) }),
  sentence: (settings) => `linear layer on features of every crop, ${sgdText(settings)}`,
  choices: rateAndEpoch,
};
