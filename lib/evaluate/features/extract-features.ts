import type { EvaluateConfig } from "../../config";
import type { Dataset, Split, SplitName } from "../../data";
import { DataError, requireChoice } from "../../errors";
import { type EncoderName, type EncoderSource, type EncoderWeights, encoderWeights } from "./encoder-weights";
import { type FeatureRows, type Features, rowsOf } from "./features";
import { allPlaces, filledBatches, imageTensor } from "./image-batches";
import type { Pass, WantedImages } from "./pass";
import { poolTokens } from "./pooled-encoder";
import { storedFeatures } from "./stored-features";

type Layers = EvaluateConfig["layers"][number];

export interface FeatureOptions {
  /** Default `student`. */
  encoder?: EncoderName;
  /** Default `last`. */
  layers?: Layers;
  /** Folder to cache features in, by what they depend on; absent: they are always computed. */
  featuresFolder?: string | undefined;
  signal?: AbortSignal | undefined;
  onProgress?: ((line: string) => void) | undefined;
}

/** Number of blocks that `layers` reads in an encoder of this depth. */
export function blocksOf(layers: Layers, depth: number): number {
  requireChoice("layers", layers, ["last", "last4"]);
  return layers === "last4" ? Math.min(4, depth) : 1;
}

/**
 * Features of every image of a split: the mean over patches of an encoder's output tokens, whole images, no crop
 * (images not of the encoder's size: shorter side resized to 256/224 of it, bicubic, then a center crop).
 *
 * @returns width D for `last`; 4·D for `last4`, the last four blocks side by side, each after the final norm
 * @throws {ConfigError} for an encoder or layers that are none; {CheckpointError} when the weights do not fit the source's model; {DataError} when a feature is not finite
 *
 * Source: docs/method.md#linear-evaluation.
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
    const blocks = blocksOf(layers, source.run.model.depth);
    const images = { data, split: splitName, places: allPlaces(data.split(splitName).count) };
    const [rows] = await pooledRows(source, weights, images, [blocks], options);
    return await (rows as FeatureRows).take(images.places);
  } finally {
    weights.dispose();
  }
}

/**
 * Features of the last blocks side by side, the last one last: one set for each count in `blocks`, from one pass over
 * the wanted images, in memory or in a file.
 */
export async function pooledRows(
  source: EncoderSource,
  weights: EncoderWeights,
  images: WantedImages,
  blocks: readonly number[],
  options: Pick<FeatureOptions, "featuresFolder" | "signal" | "onProgress">,
): Promise<FeatureRows[]> {
  const { run } = source;
  const { data, places: wanted } = images;
  const split = data.split(images.split);
  const { embedDim } = run.model;
  const pass = { run, weights, blocks: Math.max(...blocks), width: Math.max(...blocks) * embedDim };
  const dataset = data.fingerprint;
  const labelsAt = (places: Int32Array) => places.map((place) => split.labels[place] as number);
  const compute = (from: number) => pooledBatches(pass, split, wanted, from, options);
  if (options.featuresFolder !== undefined) {
    const stored = await storedFeatures(options.featuresFolder, pass, images, compute);
    return blocks.map((asked) => {
      const about = { dataset, width: asked * embedDim };
      const take = async (places: Int32Array) => {
        const values = await stored.read(places, about.width);
        return { ...about, labels: labelsAt(places), count: places.length, values };
      };
      return { ...about, take };
    });
  }
  const values = new Float32Array(wanted.length * pass.width);
  let row = 0;
  for await (const batch of compute(0)) {
    values.set(batch, row * pass.width);
    row += batch.length / pass.width;
  }
  const all: Features = { dataset, labels: labelsAt(wanted), count: wanted.length, width: pass.width, values };
  const held = wanted.length === split.count ? undefined : wanted;
  return blocks.map((asked) => rowsOf(lastColumns(all, asked * embedDim), held));
}

/** Features of the wanted images from index `from` on, by batch. @throws {DataError} naming the first not finite */
async function* pooledBatches(
  pass: Pass,
  split: Split,
  wanted: Int32Array,
  from: number,
  { signal, onProgress }: Pick<FeatureOptions, "signal" | "onProgress">,
): AsyncGenerator<Float32Array> {
  const began = Date.now();
  let told = began;
  for await (const { images, start, filled } of filledBatches(split, wanted, from)) {
    signal?.throwIfAborted();
    const pixels = await imageTensor(images, pass.run);
    const pooled = await poolTokens(pass, pixels).finally(() => pixels.dispose());
    const values = (pooled.dataSync() as Float32Array).subarray(0, filled * pass.width);
    pooled.dispose();
    const wrong = values.findIndex((value) => !Number.isFinite(value));
    if (wrong >= 0) {
      throw new DataError(
        `Feature ${wrong % pass.width} of image ${wanted[start + Math.floor(wrong / pass.width)]} of split "${split.name}" is ` +
          `${values[wrong]}: expected a finite number. The weights are probably broken (a diverged training); look at its ` +
          "losses, or probe an earlier checkpoint.",
      );
    }
    yield values;
    if (Date.now() - told > 1000) {
      told = Date.now();
      const speed = Math.round((1000 * (start + filled - from)) / (told - began));
      onProgress?.(`features of ${split.name}: ${start + filled} of ${wanted.length} images, ${speed}/s`);
    }
  }
}

/** The last `width` columns, which are `last` within `last4`. */
function lastColumns(features: Features, width: number): Features {
  if (features.width === width) return features;
  const values = new Float32Array(features.count * width);
  for (let row = 0; row < features.count; row++) {
    const end = (row + 1) * features.width;
    values.set(features.values.subarray(end - width, end), row * width);
  }
  return { ...features, values, width };
}
