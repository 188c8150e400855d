import { EvaluateConfig } from "../config";
import type { Dataset } from "../data";
import { ConfigError } from "../errors";
import { lidar } from "../health";
import { rng } from "../random";
import { createRandomCrops } from "./classifiers/random-crops";
import { type EncoderName, type EncoderSource, encoderWeights } from "./features/encoder-weights";
import { poolTokens } from "./features/pooled-encoder";

export interface ViewLidarOptions {
  /** Default `student`. */
  encoder?: EncoderName;
  /** Number of training images; default 1000, as in the source, or all there are. */
  images?: number;
  /** Random crops of each; default 10, the fewest that the source tries. */
  views?: number;
  augmentation?: EvaluateConfig["augmentation"];
  /** Seed that draws images and crops; default 0. */
  seed?: number;
  signal?: AbortSignal | undefined;
}

/** Number of images whose crops are encoded at once. */
const BATCH = 250;

/**
 * LiDAR of an encoder's last layer over real views: random crops and flips of training images.
 *
 * @returns effective number of directions in which images differ more than their views; at most the encoder's width
 * @throws {ConfigError} for fewer than two images or views
 *
 * Source: Thilak et al., arXiv 2312.04000.
 */
export async function viewLidar(
  source: EncoderSource,
  data: Dataset,
  { encoder = "student", images = 1000, views = 10, augmentation, seed = 0, signal }: ViewLidarOptions = {},
): Promise<number> {
  const train = data.split("train");
  const count = Math.min(images, train.count);
  if (!(Number.isInteger(count) && count >= 2 && Number.isInteger(views) && views >= 2))
    throw new ConfigError(
      `LiDAR compares images and views of them: expected two of each or more, got ${count} and ${views}.`,
    );
  const { run } = source;
  const width = run.model.embedDim;
  const chosen = rng(seed).fold("lidar").permutation(train.count).slice(0, count);
  const weights = encoderWeights(source, encoder);
  const crops = createRandomCrops({ run, train }, augmentation ?? EvaluateConfig.parse({}).augmentation, seed);
  const values = new Float32Array(count * views * width);
  try {
    for (let start = 0; start < count; start += BATCH) {
      const places = chosen.slice(start, start + BATCH);
      for (let view = 0; view < views; view++) {
        signal?.throwIfAborted();
        const seen = await crops.draw(places, view);
        const pooled = await poolTokens({ run, weights, blocks: 1 }, seen).finally(() => seen.dispose());
        const rows = pooled.dataSync() as Float32Array;
        pooled.dispose();
        places.forEach((_, row) => {
          values.set(rows.subarray(row * width, (row + 1) * width), ((start + row) * views + view) * width);
        });
      }
    }
    return lidar({ values, count: count * views, width }, views);
  } finally {
    crops.dispose();
    weights.dispose();
  }
}
