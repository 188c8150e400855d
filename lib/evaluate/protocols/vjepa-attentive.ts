import { ConfigError } from "../../errors";
import { packRight } from "../classifiers/right-images";
import { trainVjepa, VJEPA } from "../classifiers/train-vjepa";
import { allPlaces } from "../features/image-batches";
import type { ProtocolDefinition } from "./protocol-definition";

/**
 * `vjepa-attentive`: V-JEPA's own probe at its own settings. Nothing is chosen: one rate, and the last epoch counts,
 * where V-JEPA reports each epoch on the test images.
 */
export const vjepaAttentive: ProtocolDefinition = {
  async learn({ images, train, classes, config, seed, signal }) {
    if (!images) throw new ConfigError("The protocol vjepa-attentive needs images; there are only features here.");
    const test = { split: images.test, places: allPlaces(images.test.count) };
    const { accuracy, right } = await trainVjepa(images, {
      labels: train.labels,
      test,
      classes,
      config,
      seed,
      signal,
    });
    return { accuracy, right: packRight(right), chosen: { learningRate: VJEPA.learningRate }, atEdge: [] };
  },
  normalize: "as they are",
  needsImages: true,
  seesTokens: true,
  settings: () => VJEPA,
  sentence: (it) =>
    `a query that attends to the tokens of every crop and an MLP (V-JEPA), AdamW (batch ${it.batchSize}, cosine, ${it.epochs} epochs, weight decay ${it.weightDecay})`,
  choices: () => "nothing",
};
