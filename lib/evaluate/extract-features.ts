import type { EvaluateConfig } from "../config";
import type { Dataset, SplitName } from "../data";
import { tf } from "../engine";
import { type EncoderName, type EncoderSource, type EncoderWeights, encoderWeights } from "./encoder-weights";
import type { Features } from "./features";
import { allPlaces, filledBatches, imageTensors } from "./image-batches";
import { poolTokens } from "./pooled-encoder";

type Layers = EvaluateConfig["layers"][number];

export interface FeatureOptions {
  /** Default `student`. */
  encoder?: EncoderName;
  /** Default `last`. */
  layers?: Layers;
  signal?: AbortSignal | undefined;
  onProgress?: ((line: string) => void) | undefined;
}

/** Blocks that `layers` looks at in an encoder of this depth. */
export function blocksOf(layers: Layers, depth: number): number {
  return layers === "last4" ? Math.min(4, depth) : 1;
}

/**
 * Features of every image of a split: the mean over patches of an encoder's output tokens, whole images, no crop.
 *
 * @returns width D for `last`; 4·D for `last4`, the last four blocks side by side, each after the final norm
 * @throws {CheckpointError} when the weights do not fit the source's model
 *
 * Source: spec (h), "Feature".
 */
export async function extractFeatures(
  source: EncoderSource,
  data: Dataset,
  splitName: SplitName,
  options: FeatureOptions = {},
): Promise<Features> {
  const { encoder = "student", layers = "last" } = options;
  const weights = encoderWeights(source, encoder);
  try {
    return await pooledFeatures(source, weights, data, splitName, blocksOf(layers, source.run.model.depth), options);
  } finally {
    weights.dispose();
  }
}

/** Features of the last `blocks` blocks side by side, the last one last. */
export async function pooledFeatures(
  { run }: EncoderSource,
  weights: EncoderWeights,
  data: Dataset,
  splitName: SplitName,
  blocks: number,
  { signal, onProgress }: Pick<FeatureOptions, "signal" | "onProgress"> = {},
): Promise<Features> {
  const split = data.split(splitName);
  const width = blocks * run.model.embedDim;
  const values = new Float32Array(split.count * width);
  let told = Date.now();
  for await (const { images, start, filled } of filledBatches(split, allPlaces(split.count))) {
    signal?.throwIfAborted();
    const { pixels, crops } = imageTensors(images, run.model.imageSize);
    const pooled = await poolTokens({ run, weights, blocks }, pixels, crops).finally(() =>
      tf.dispose([pixels, ...Object.values(crops ?? {})]),
    );
    values.set((pooled.dataSync() as Float32Array).subarray(0, filled * width), start * width);
    pooled.dispose();
    if (Date.now() - told > 1000) {
      told = Date.now();
      onProgress?.(`features of ${split.name}: ${start + filled} of ${split.count} images`);
    }
  }
  return { values, labels: split.labels, count: split.count, width, dataset: data.fingerprint };
}

/** The last `width` columns: `last` out of `last4`. */
export function lastColumns(features: Features, width: number): Features {
  if (features.width === width) return features;
  const values = new Float32Array(features.count * width);
  for (let row = 0; row < features.count; row++) {
    const end = (row + 1) * features.width;
    values.set(features.values.subarray(end - width, end), row * width);
  }
  return { ...features, values, width };
}

/** The pixels themselves as features, in [0, 1]: the baseline that costs nothing. */
export async function rawPixels(data: Dataset, splitName: SplitName): Promise<Features> {
  const split = data.split(splitName);
  const width = data.height * data.width * data.channels;
  const values = new Float32Array(split.count * width);
  for await (const { images, start, filled } of filledBatches(split, allPlaces(split.count))) {
    for (let index = 0; index < filled * width; index++)
      values[start * width + index] = (images.pixels[index] as number) / 255;
  }
  return { values, labels: split.labels, count: split.count, width, dataset: data.fingerprint };
}
