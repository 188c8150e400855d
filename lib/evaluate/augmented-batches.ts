import type { EvaluateConfig } from "../config";
import { cropWeights, randomCropBoxes, type Split } from "../data";
import { tf, uint8Tensor } from "../engine";
import { rng } from "../random";
import type { Features } from "./features";
import { cropTensors } from "./image-batches";
import type { SubsetImages } from "./learner";
import { type CropTensors, poolTokens } from "./pooled-encoder";
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
        const { imageSize } = images.run.model;
        const { pixels, crops } = await randomCrops(images.train, batch, imageSize, config.augmentation, {
          seed,
          epoch,
        });
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
 * A batch seen through a random crop of each image, some mirrored: pixels, and the matrices that crop, resize and flip.
 * Crops are a function of seed, epoch and the image's place.
 */
export async function randomCrops(
  split: Split,
  places: Int32Array,
  imageSize: number,
  { scale, ratio, flip }: EvaluateConfig["augmentation"],
  { seed, epoch }: { seed: number; epoch: number },
): Promise<{ pixels: tf.Tensor4D; labels: Int32Array; crops: CropTensors }> {
  const crop = { scale, ratio, interpolation: "bilinear", resample: "device" } as const;
  const batch = split.readCrops ? await split.readCrops(places, crop, { seed, epoch }) : await split.read(places);
  const whole = { top: 0, left: 0, height: batch.height, width: batch.width };
  const boxes =
    batch.crops === null
      ? Array.from(places, () => whole)
      : (batch.crops ?? randomCropBoxes(places, batch, crop, { seed, epoch }));
  const weights = cropWeights(boxes, batch, { height: imageSize, width: imageSize });
  const flips = rng(seed).fold("flip").fold(epoch);
  const matrix = imageSize * batch.width;
  places.forEach((place, row) => {
    if (flips.fold(place).uniform() >= flip) return;
    const columns = weights.columns.subarray(row * matrix, (row + 1) * matrix);
    const mirrored = new Float32Array(matrix);
    for (let out = 0; out < imageSize; out++) {
      const from = (imageSize - 1 - out) * batch.width;
      mirrored.set(columns.subarray(from, from + batch.width), out * batch.width);
    }
    columns.set(mirrored);
  });
  const shape = [batch.batch, batch.height, batch.width, batch.channels] as const;
  return {
    pixels: uint8Tensor<tf.Rank.R4>(batch.pixels, shape),
    labels: batch.labels,
    crops: cropTensors(weights, batch, imageSize),
  };
}
