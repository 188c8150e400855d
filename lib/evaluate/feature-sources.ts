import type { Dataset } from "../data";
import { type EncoderSource, encoderWeights } from "./features/encoder-weights";
import { blocksOf, type FeatureOptions, pooledRows } from "./features/extract-features";
import { type FeatureRows, type Features, rowsOf } from "./features/features";
import { allPlaces, imageTransform } from "./features/image-batches";
import { rawPixels } from "./features/raw-pixels";
import type { SubsetImages } from "./features/subset-images";
import type { EncoderChoice, LayersChoice, ProbeProtocol } from "./protocols/protocol-definition";

/** Where features come from: an encoder's layers or raw pixels, and how images were brought to its input size. */
export type FeatureSource = Pick<ProbeProtocol, "encoder" | "layers" | "blocks" | "images" | "part" | "scored">;

/** Training features to draw subsets from, all test features, and the images behind them where there are any. */
export interface SourceFeatures {
  source: FeatureSource;
  train: FeatureRows;
  test: Features;
  images: Omit<SubsetImages, "places"> | null;
}

/** Which images of a data set, and through which encoder and layers. */
export interface FeatureRequest {
  data: Dataset;
  encoder: EncoderChoice;
  layers: readonly LayersChoice[];
  /** Training images to compute features for, ascending; test features are computed for all images. */
  places: Int32Array;
}

/**
 * Features of one encoder for each choice of layers, from one pass over the images; raw pixels once. The encoder's
 * weights are freed once the last have been taken.
 */
export async function* featuresOf(
  model: EncoderSource,
  { data, encoder, layers, places }: FeatureRequest,
  options: Pick<FeatureOptions, "featuresFolder" | "signal" | "onProgress">,
): AsyncGenerator<SourceFeatures> {
  const scored = scoredSplit(data);
  if (encoder === "raw-pixels") {
    const images = data.evaluation ? imageTransform(data, model.run) : "whole images";
    const train = rowsOf(await rawPixels(data, "train", places), places);
    const source = { encoder, layers: null, blocks: 0, images, ...scored };
    yield { source, train, test: await rawPixels(data, "test"), images: null };
    return;
  }
  const { run } = model;
  const names = [...new Set(layers)];
  const blocks = names.map((name) => blocksOf(name, run.model.depth));
  const testPlaces = allPlaces(data.split("test").count);
  const weights = encoderWeights(model, encoder);
  try {
    const train = await pooledRows(model, weights, { data, split: "train", places }, blocks, options);
    const test = await pooledRows(model, weights, { data, split: "test", places: testPlaces }, blocks, options);
    for (const [index, name] of names.entries()) {
      const testRows = test[index] as FeatureRows;
      const count = blocks[index] as number;
      yield {
        source: { encoder, layers: name, blocks: count, images: imageTransform(data, run), ...scored },
        train: train[index] as FeatureRows,
        test: await testRows.take(testPlaces),
        images: { run, weights, blocks: count, train: data.split("train"), test: data.split("test") },
      };
    }
  } finally {
    weights.dispose();
  }
}

/** What a result says of the images that it scores where they are no test images. */
export function scoredSplit(data: Dataset): Pick<ProbeProtocol, "scored"> {
  return data.split("test").name === "development" ? { scored: "development" } : {};
}
