import { z } from "zod";
import { lowHigh, share } from "./bounds";
import { type DatasetName, datasets } from "./datasets";

/**
 * Which images are used for training, and how each is cropped and normalized.
 * Defaults: I-JEPA configs/in1k_vith14_ep300.yaml, `data`, and src/transforms.py; docs/method.md#optimization.
 */
export const DataConfig = z.strictObject({
  /**
   * Data set. `folder`: a folder of class folders, of train/ and val/ with such folders, or of images only.
   * `imagenet-1k`: the same, with the thousand classes. `webdataset`: tar shards. `parquet`: files as in Hugging Face's
   * datasets. Published ones are found or fetched.
   */
  name: z.enum(Object.keys(datasets) as DatasetName[]).default("fashion-mnist"),
  /** Where the images are; for `imagenet-1k`, NJEPA_IMAGENET if this is not given. Not part of a run's key. */
  path: z.string().min(1).optional(),
  /** Random resized crop of each training image (area share and aspect), or null: the whole image. */
  crop: z
    .strictObject({
      /** Area of the crop as a share of the image, [low, high]. */
      scale: lowHigh(share).default([0.3, 1]),
      /** Width over height of the crop, [low, high], drawn log-uniformly. */
      ratio: lowHigh(z.number().positive()).default([3 / 4, 4 / 3]),
      /**
       * Filter of the resize, widened by the scale when it shrinks (antialiasing); torchvision's default is bilinear.
       */
      interpolation: z.enum(["bilinear", "bicubic"]).default("bilinear"),
      /**
       * `device`: resampled in the training step, in float32. `host`: resized on reading and rounded to gray levels, as
       * Pillow does. `device` takes less time even without a GPU.
       */
      resample: z.enum(["device", "host"]).default("device"),
    })
    .nullable()
    .prefault({}),
  /**
   * Mean per channel of pixels in [0, 1], to subtract; `parseRun` sets the data set's. One number: luma; three: RGB.
   */
  mean: z.array(z.number()).min(1),
  /** Standard deviation per channel of pixels in [0, 1], to divide by; `parseRun` sets the data set's. */
  std: z.array(z.number().positive()).min(1),
  /**
   * Side of the squares that the model sees; `parseRun` sets it to `model.imageSize` for data that comes in any size.
   */
  imageSize: z.int().positive().optional(),
  /**
   * Evaluation resizes the shorter side to this (bicubic) and crops the center; default: imageSize · 256 / 224, and no
   * resize of images whose shorter side is imageSize.
   */
  resize: z.int().positive().optional(),
  /** Whether to rotate JPEGs by their EXIF tag; that of a PNG or WebP is not read. torchvision's default loader does not. */
  exifRotation: z.boolean().default(false),
  /**
   * `fail`: a broken image ends the run with its name. `skip`: every image is decoded once when the data is first
   * opened, the broken ones are listed in `problems` and left out of the split, its count and its fingerprint.
   */
  onBadImage: z.enum(["fail", "skip"]).default("fail"),
  /** A larger image is refused before it is decoded; default: where Pillow begins to warn of a decompression bomb. */
  maxPixels: z.int().positive().default(89_478_485),
  /** Share of each class set aside as the test split, for a folder that has none. */
  testShare: z.number().gt(0).lt(1).optional(),
  /**
   * Share of each class of the training images that is set aside and replaces the test split: for choosing settings, so
   * that the test images stay unseen. Trainings and results with it are kept apart from those without.
   */
  developmentShare: z.number().gt(0).lt(1).optional(),
  /** Train on only this many images: the first ones, or for a folder some of every class; for tests. */
  trainLimit: z.int().positive().optional(),
});
export interface DataConfig extends z.infer<typeof DataConfig> {}
