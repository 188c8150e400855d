import type { EvaluateConfig } from "../../config";
import { tf } from "../../engine";
import { rng } from "../../random";
import type { Features } from "../features/features";
import { poolTokens } from "../features/pooled-encoder";
import { momentsOf } from "../features/standardize";
import type { SubsetImages } from "../features/subset-images";
import { createRandomCrops } from "./random-crops";
import type { HeadBatches } from "./train-heads";

interface Augmented {
  config: Pick<EvaluateConfig, "augmentation" | "batchSize">;
  seed: number;
}

/**
 * Features of a random crop of each image, flipped half of the time, redrawn every epoch; standardized by the mean
 * and std of the whole images' features `like`, or left as they are where it is null. The last batch may be partial.
 *
 * Source: facebookresearch/dino@7c446df, eval_linear.py: RandomResizedCrop at the library's default scale, flip 0.5.
 */
export function augmentedBatches(
  images: SubsetImages,
  { like, labels }: { like: Features | null; labels: Int32Array },
  { config, seed }: Augmented,
): HeadBatches {
  const { places } = images;
  const size = Math.min(config.batchSize, places.length);
  const moments = like && momentsOf(like);
  const crops = createRandomCrops(images, config.augmentation, seed);
  return {
    size,
    async *epoch(epoch) {
      const order = rng(seed).fold("probe").fold(epoch).permutation(places.length);
      for (let start = 0; start < order.length; start += size) {
        const rows = order.slice(start, start + size);
        const batch = Int32Array.from(rows, (row) => places[row] as number);
        const seen = await crops.draw(batch, epoch);
        const pooled = await poolTokens(images, seen).finally(() => seen.dispose());
        const inputs: tf.Tensor2D = moments
          ? tf.tidy(() => tf.div(tf.sub(pooled, moments.mean), moments.std))
          : tf.clone(pooled);
        const targets = tf.tensor1d(
          Int32Array.from(rows, (row) => labels[row] as number),
          "int32",
        );
        const everyRow = tf.tidy(() => tf.expandDims(tf.range(0, rows.length, 1, "int32"), 0)) as tf.Tensor2D;
        pooled.dispose();
        yield { inputs, labels: targets, places: everyRow };
        tf.dispose([inputs, targets, everyRow]);
      }
    },
    dispose: () => {
      if (moments) tf.dispose([moments.mean, moments.std]);
      crops.dispose();
    },
  };
}
