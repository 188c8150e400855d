import type { EvaluateConfig } from "../config";
import { randomCropBoxes, type Split } from "../data";
import { tf, uint8Tensor } from "../engine";
import { boxTensor, type Crops } from "../model";
import { rng } from "../random";
import type { Features } from "./features";
import type { SubsetImages } from "./learner";
import { poolTokens } from "./pooled-encoder";
import { momentsOf } from "./standardize";
import type { HeadBatches } from "./train-heads";

interface Augmented {
  config: Pick<EvaluateConfig, "augmentation" | "batchSize">;
  seed: number;
}

/**
 * Features of a random crop of each image, flipped half of the time, drawn anew in every epoch; standardized by the mean
 * and the spread of the whole images' features `like`.
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
  const { mean, spread } = momentsOf(like);
  const everyRow = tf.range(0, size, 1, "int32");
  return {
    size,
    async *epoch(epoch) {
      const order = rng(seed).fold("probe").fold(epoch).permutation(places.length);
      for (let start = 0; start + size <= order.length; start += size) {
        const rows = order.slice(start, start + size);
        const batch = Int32Array.from(rows, (row) => places[row] as number);
        const { pixels, crops } = await randomCrops(images.train, batch, config.augmentation, { seed, epoch });
        const pooled = await poolTokens(images, pixels, crops).finally(() =>
          tf.dispose([pixels, ...Object.values(crops)]),
        );
        const inputs: tf.Tensor2D = tf.tidy(() => tf.div(tf.sub(pooled, mean), spread));
        const targets = tf.tensor1d(
          Int32Array.from(rows, (row) => labels[row] as number),
          "int32",
        );
        pooled.dispose();
        yield { inputs, labels: targets, places: everyRow as tf.Tensor1D };
        tf.dispose([inputs, targets]);
      }
    },
    dispose: () => tf.dispose([mean, spread, everyRow]),
  };
}

/**
 * A batch seen through a random crop of each image, some mirrored: pixels, and what `cropImages` makes of them.
 * Crops are a function of seed, epoch and the image's place.
 */
export async function randomCrops(
  split: Split,
  places: Int32Array,
  { scale, ratio, flip }: EvaluateConfig["augmentation"],
  { seed, epoch }: { seed: number; epoch: number },
): Promise<{ pixels: tf.Tensor4D; labels: Int32Array; crops: Required<Crops> }> {
  const crop = { scale, ratio, interpolation: "bilinear", resample: "device" } as const;
  const batch = split.readCrops ? await split.readCrops(places, crop, { seed, epoch }) : await split.read(places);
  const whole = { top: 0, left: 0, height: batch.height, width: batch.width };
  const boxes =
    batch.crops === null
      ? Array.from(places, () => whole)
      : (batch.crops ?? randomCropBoxes(places, batch, crop, { seed, epoch }));
  const flips = rng(seed).fold("flip").fold(epoch);
  const mirrored = Array.from(places, (place) => Number(flips.fold(place).uniform() < flip));
  const shape = [batch.batch, batch.height, batch.width, batch.channels] as const;
  return {
    pixels: uint8Tensor<tf.Rank.R4>(batch.pixels, shape),
    labels: batch.labels,
    crops: { boxes: boxTensor(boxes), mirrored: tf.tensor1d(mirrored) },
  };
}
