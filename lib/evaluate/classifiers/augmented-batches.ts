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
 * Features of a random crop of each image, flipped half of the time, drawn anew in every epoch; standardized by the mean
 * and the std of the whole images' features `like`.
 *
 * Source: facebookresearch/dino@7c446df, eval_linear.py: RandomResizedCrop at the library's default scale, flip 0.5.
 */
export function augmentedBatches(
  images: SubsetImages,
  { like, labels }: { like: Features; labels: Int32Array },
  { config, seed }: Augmented,
): HeadBatches {
  const { places } = images;
  const size = Math.min(config.batchSize, places.length);
  const { mean, std } = momentsOf(like);
  const everyRow = tf.range(0, size, 1, "int32");
  const crops = createRandomCrops(images, config.augmentation, seed);
  return {
    size,
    async *epoch(epoch) {
      const order = rng(seed).fold("probe").fold(epoch).permutation(places.length);
      for (let start = 0; start + size <= order.length; start += size) {
        const rows = order.slice(start, start + size);
        const batch = Int32Array.from(rows, (row) => places[row] as number);
        const seen = await crops.draw(batch, epoch);
        const pooled = await poolTokens(images, seen).finally(() => seen.dispose());
        const inputs: tf.Tensor2D = tf.tidy(() => tf.div(tf.sub(pooled, mean), std));
        const targets = tf.tensor1d(
          Int32Array.from(rows, (row) => labels[row] as number),
          "int32",
        );
        pooled.dispose();
        yield { inputs, labels: targets, places: everyRow as tf.Tensor1D };
        tf.dispose([inputs, targets]);
      }
    },
    dispose: () => {
      tf.dispose([mean, std, everyRow]);
      crops.dispose();
    },
  };
}
