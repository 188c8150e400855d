import type { Dataset } from "../data";
import { type EncoderSource, encoderWeights } from "./features/encoder-weights";
import { blocksOf, type FeatureOptions, pooledRows } from "./features/extract-features";
import { type FeatureRows, type Features, rowsOf } from "./features/features";
import { allPlaces, imageTransform } from "./features/image-batches";
import { rawPixels } from "./features/raw-pixels";
import type { SubsetImages } from "./protocols/learner";
import type { EncoderChoice, LayersChoice, ProbeProtocol } from "./protocols/protocol-definition";

/** What is probed: an encoder's layers or the pixels, and how its features came about. */
export type Subject = Pick<ProbeProtocol, "encoder" | "layers" | "blocks" | "images">;

/** Training features to take subsets from, all test features, and the images behind them where there are any. */
export interface SubjectFeatures {
  subject: Subject;
  train: FeatureRows;
  test: Features;
  images: Omit<SubsetImages, "places"> | null;
}

/**
 * Each layers' features of one encoder, from one pass over the images; pixels once. An encoder's weights are freed when
 * the last one was taken.
 *
 * @param places of the training images that features are wanted of, ascending; of the test images it is all
 */
export async function* subjectsOf(
  source: EncoderSource,
  data: Dataset,
  encoder: EncoderChoice,
  layers: readonly LayersChoice[],
  places: Int32Array,
  options: Pick<FeatureOptions, "featuresFolder" | "signal" | "onProgress">,
): AsyncGenerator<SubjectFeatures> {
  if (encoder === "pixels") {
    const subject = {
      encoder,
      layers: null,
      blocks: 0,
      images: data.evaluation ? imageTransform(data, source.run) : "whole images",
    };
    const train = rowsOf(await rawPixels(data, "train", places), places);
    yield { subject, train, test: await rawPixels(data, "test"), images: null };
    return;
  }
  const { run } = source;
  const names = [...new Set(layers)];
  const blocks = names.map((name) => blocksOf(name, run.model.depth));
  const testPlaces = allPlaces(data.split("test").count);
  const weights = encoderWeights(source, encoder);
  try {
    const train = await pooledRows(source, weights, { data, split: "train", places }, blocks, options);
    const test = await pooledRows(source, weights, { data, split: "test", places: testPlaces }, blocks, options);
    for (const [index, name] of names.entries()) {
      const testRows = test[index] as FeatureRows;
      const count = blocks[index] as number;
      yield {
        subject: { encoder, layers: name, blocks: count, images: imageTransform(data, run) },
        train: train[index] as FeatureRows,
        test: await testRows.take(testPlaces),
        images: { run, weights, blocks: count, train: data.split("train"), test: data.split("test") },
      };
    }
  } finally {
    weights.dispose();
  }
}
