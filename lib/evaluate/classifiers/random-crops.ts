import type { EvaluateConfig } from "../../config";
import { compile, tf, uint8Tensor } from "../../engine";
import { boxTensor, cropImages, randomCropBoxes } from "../../pixels";
import { rng } from "../../random";
import type { SubsetImages } from "../features/subset-images";

/** Random crops of a split's images, some mirrored: a function of seed, epoch and the image's place. */
export interface RandomCrops {
  /** [B, imageSize, imageSize, C] float32, in gray levels; the caller disposes of it. */
  draw(places: Int32Array, epoch: number): Promise<tf.Tensor4D>;
  dispose(): void;
}

/** Crops run as a program of their own, not as the start of the encoder's, for the same reason as in training. */
export function createRandomCrops(
  { run, train }: Pick<SubsetImages, "run" | "train">,
  { scale, ratio, flip }: EvaluateConfig["augmentation"],
  seed: number,
): RandomCrops {
  const crop = { scale, ratio, interpolation: "bilinear", resample: "device" } as const;
  const resample = compile(
    (pixels: tf.Tensor, boxes: tf.Tensor, mirrored: tf.Tensor) => {
      const crops = { boxes: boxes as tf.Tensor2D, mirrored: mirrored as tf.Tensor1D };
      return cropImages(pixels as tf.Tensor4D, crops, run.model.imageSize, crop.interpolation);
    },
    { name: "random_crops", compiler: run.train.compiler },
  );
  return {
    async draw(places, epoch) {
      const at = { seed, epoch };
      const batch = train.readCrops ? await train.readCrops(places, crop, at) : await train.read(places);
      const whole = { top: 0, left: 0, height: batch.height, width: batch.width };
      const boxes =
        batch.crops === null
          ? Array.from(places, () => whole)
          : (batch.crops ?? randomCropBoxes(places, batch, crop, at));
      const flips = rng(seed).fold("flip").fold(epoch);
      const mirrored = Array.from(places, (place) => Number(flips.fold(place).uniform() < flip));
      const shape = [batch.count, batch.height, batch.width, batch.channels] as const;
      const inputs = [uint8Tensor<tf.Rank.R4>(batch.pixels, shape), boxTensor(boxes), tf.tensor1d(mirrored)] as const;
      return resample(...inputs).finally(() => tf.dispose([...inputs]));
    },
    dispose: () => resample.dispose(),
  };
}
