import { tf } from "../../engine";
import { ConfigError } from "../../errors";
import { attentiveHeads } from "../classifiers/attentive-heads";
import { featureBatches } from "../classifiers/train-heads";
import type { EncoderWeights } from "../features/encoder-weights";
import { type Features, takeRows } from "../features/features";
import { allPlaces } from "../features/image-batches";
import { momentsOf } from "../features/standardize";
import type { SubsetImages } from "../features/subset-images";
import { tokenFeatures } from "../features/token-features";
import { learnHeads, rateAndEpoch, sgdSettings, sgdText } from "./learn-heads";
import type { Learner, ProtocolDefinition } from "./protocol-definition";

/** Test tokens by encoder and blocks: every subset is tested on the same ones. Freed with the encoder's weights. */
const tested = new WeakMap<EncoderWeights, Map<number, Features>>();

async function testTokens(images: SubsetImages, dataset: string, signal?: AbortSignal): Promise<Features> {
  const { weights, blocks, test: split } = images;
  const known = tested.get(weights) ?? new Map<number, Features>();
  tested.set(weights, known);
  const features =
    known.get(blocks) ?? (await tokenFeatures(images, { split, places: allPlaces(split.count), dataset }, signal));
  known.set(blocks, features);
  return features;
}

const learn: Learner = async (task) => {
  const { images, config, classes, seed, signal } = task;
  if (!images) throw new ConfigError("The protocol attentive needs images; there are only features here.");
  const { dataset } = task.train;
  const train = await tokenFeatures(images, { split: images.train, places: images.places, dataset }, signal);
  const test = await testTokens(images, dataset, signal);
  const { queries, learningRates } = config.attentive;
  const { tokens, width } = train;
  return learnHeads({ ...task, train, test }, learningRates, {
    standardize: false,
    heads: (rates, places) => {
      // As `standardize` does for the others: what is held out, to choose on, is not measured.
      const moments = readMoments(takeRows(task.train, places));
      return attentiveHeads({ width, classes, rates, tokens, queries, moments, seed });
    },
    batches: (features) => featureBatches(features, config.batchSize, seed),
  });
};

/** Mean and std of the images' mean tokens, so that uniform attention starts where `linear` does. */
function readMoments(features: Features): { mean: Float32Array; std: Float32Array } {
  const { mean, std } = momentsOf(features);
  const values = { mean: mean.dataSync() as Float32Array, std: std.dataSync() as Float32Array };
  tf.dispose([mean, std]);
  return values;
}

/** `attentive`: learned queries pool the tokens; a masked model's mean token understates what they hold. */
export const attentive: ProtocolDefinition = {
  learn,
  normalize: "standardized",
  needsImages: true,
  seesCrops: false,
  seesTokens: true,
  settings: (config) => ({
    learningRate: config.attentive.learningRates,
    queries: config.attentive.queries,
    ...sgdSettings(config),
  }),
  sentence: (settings) =>
    `${settings.queries} learned queries that attend to the tokens and a linear layer, ${sgdText(settings)}`,
  choices: rateAndEpoch,
};
