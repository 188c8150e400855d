import { z } from "zod";
import { lowHigh, share } from "./bounds";
import { type DatasetName, datasets } from "./datasets";

/**
 * Which images are learned from, and how one is cropped and normalized.
 * Defaults: I-JEPA configs/in1k_vith14_ep300.yaml, `data`, and src/transforms.py; docs/method.md#optimization.
 */
export const DataConfig = z.strictObject({
  /**
   * Data set. `folder`: a folder of class folders, or one with train/ and val/ of them, or of images alone. `imagenet-1k`:
   * that, with the thousand classes. `webdataset`: tar shards. `parquet`: files as Hugging Face's datasets keeps them.
   * Published ones are found or fetched.
   */
  name: z.enum(Object.keys(datasets) as DatasetName[]).default("fashion-mnist"),
  /** Where the images are; for `imagenet-1k`, NJEPA_IMAGENET if this is not given. No part of a run's key. */
  path: z.string().min(1).optional(),
  /** Random resized crop of each training image (area share and aspect), or null: the whole image. */
  crop: z
    .strictObject({
      /** Area of the crop as a share of the image, [low, high]. */
      scale: lowHigh(share).default([0.3, 1]),
      /** Width over height of the crop, [low, high], drawn log-uniformly. */
      ratio: lowHigh(z.number().positive()).default([3 / 4, 4 / 3]),
      /** Filter of the resize, widened by the scale when it shrinks (antialiasing); torchvision's default is bilinear. */
      interpolation: z.enum(["bilinear", "bicubic"]).default("bilinear"),
      /**
       * `device`: the step resamples, in float32. `host`: resized while reading and rounded to whole gray levels, as Pillow
       * does. Without a GPU, too, `device` takes less time.
       */
      resample: z.enum(["device", "host"]).default("device"),
    })
    .nullable()
    .prefault({}),
  /** Mean per channel of pixels in [0, 1], subtracted; `parseRun` sets the data set's. One number: luma; three: RGB. */
  mean: z.array(z.number()).min(1),
  /** Standard deviation per channel of pixels in [0, 1], divided by; `parseRun` sets the data set's. */
  std: z.array(z.number().positive()).min(1),
  /** Side of the squares that the model sees; `parseRun` sets it to `model.imageSize` for data that comes in any size. */
  imageSize: z.int().positive().optional(),
  /**
   * Evaluation resizes the shorter side to this (bicubic) and takes the middle; default: imageSize · 256 / 224, and no resize
   * of images whose shorter side is imageSize.
   */
  resize: z.int().positive().optional(),
  /** Turn images as their EXIF tag says. torchvision's default loader does not. */
  exifRotation: z.boolean().default(false),
  /**
   * `fail`: a broken image ends the run with its name. `skip`: every image is decoded once when the data is first opened,
   * the broken ones are named in `problems` and left out of the split, its count and its fingerprint.
   */
  onBadImage: z.enum(["fail", "skip"]).default("fail"),
  /** A larger image is refused before it is decoded; default: where Pillow begins to warn of a decompression bomb. */
  maxPixels: z.int().positive().default(89_478_485),
  /** Share of each class set apart as the test split, for a folder that has none. */
  testShare: z.number().gt(0).lt(1).optional(),
  /**
   * Share of each class of the training images that is set apart and takes the place of the test split: for choosing
   * settings, so that the test images stay unseen. Trainings and results with it are never those without.
   */
  developmentShare: z.number().gt(0).lt(1).optional(),
  /** Learn from so many training images only: the first, or of a folder some of every class; for tests. */
  trainLimit: z.int().positive().optional(),
});
export interface DataConfig extends z.infer<typeof DataConfig> {}
