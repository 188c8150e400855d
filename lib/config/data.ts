import { z } from "zod";
import { lowHigh, share } from "./bounds";

/**
 * Which images are learned from, and how one is cropped and normalized.
 * Defaults: I-JEPA configs/in1k_vith14_ep300.yaml, `data`, and src/transforms.py; spec (g), "Augmentation".
 */
export const DataConfig = z.strictObject({
  /** Data set; `openDataset` says which of these it can open on this machine. */
  name: z.enum(["fashion-mnist", "imagenet-1k"]).default("fashion-mnist"),
  /** Random resized crop of each training image (area share and aspect), or null: the whole image. */
  crop: z
    .strictObject({
      /** Area of the crop as a share of the image, [low, high]. */
      scale: lowHigh(share).default([0.3, 1]),
      /** Width over height of the crop, [low, high], drawn log-uniformly. */
      ratio: lowHigh(z.number().positive()).default([3 / 4, 4 / 3]),
    })
    .nullable()
    .prefault({}),
  /** Mean per channel of pixels in [0, 1], subtracted. */
  mean: z.array(z.number()).min(1),
  /** Standard deviation per channel of pixels in [0, 1], divided by. */
  std: z.array(z.number().positive()).min(1),
  /** Learn from the first so many training images only; for tests. */
  trainLimit: z.int().positive().optional(),
});
export interface DataConfig extends z.infer<typeof DataConfig> {}
