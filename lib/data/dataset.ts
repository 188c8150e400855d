import type { DataConfig } from "../config";
import { DataError } from "../errors";
import type { CropBox, EvaluationTransform, PixelBatch } from "../pixels";
import type { DataProblem } from "./problem";

/** `validation` and `test` both name the split that is not trained on: ImageNet says val, Fashion-MNIST test. */
export type SplitName = "train" | "validation" | "test";

/** A batch of images in one block of memory, with their labels and their positions in the split. */
export interface ImageBatch extends PixelBatch {
  /** [B], class numbers; −1: unlabelled. */
  labels: Int32Array;
  /** [B], positions in the split. */
  indices: Int32Array;
  /** The part of each image that the step resamples; null: the images are final; absent: no crop was drawn yet. */
  crops?: CropBox[] | null;
}

/** How training crops are drawn and made. */
export type CropConfig = NonNullable<DataConfig["crop"]>;

/** One part of a data set; its labels are in memory, its images are read on demand. */
export interface Split {
  name: string;
  count: number;
  /** [count], class numbers; −1: unlabelled. */
  labels: Int32Array;
  /** An image's name in lists: its path relative to the data set's folder, or its position. */
  nameOf(index: number): string;
  /** Reads images in the order of `indices`: whole, or as evaluation sees them. */
  read(indices: Int32Array): Promise<ImageBatch>;
  /** Training crops, where a split makes them itself; otherwise they are drawn from the whole images of `read`. */
  readCrops?(
    indices: Int32Array,
    crop: CropConfig,
    at: { seed: number; epoch: number },
    /** The buffer of a batch that is no longer needed; bytes outside the crops keep their old values. */
    spare?: Uint8Array,
  ): Promise<ImageBatch>;
}

export interface Dataset {
  name: string;
  /**
   * SHA-256 that identifies the images and labels: over the content of every file, or, for folders and shards too large
   * to be read in full at each start, over every file's name and length.
   */
  fingerprint: string;
  /** Name of each class, by class number; empty where the images are unlabelled: they can be trained on, not probed. */
  classNames: string[];
  /** Of the images that `read` returns. */
  height: number;
  width: number;
  channels: number;
  /** How `read` turns images of any size into its own; absent: they are as stored. */
  evaluation?: EvaluationTransform;
  /** Problems found with files, and what was left out. */
  problems: readonly DataProblem[];
  /** Broken images that were left out (`onBadImage: "skip"`). */
  skipped: number;
  /** @throws {DataError} for a name that is no split's, and when the data set has no such part */
  split(name: SplitName): Split;
}

/**
 * The part of a data set that a split's name means.
 *
 * @throws {DataError} for any other name: taken for the test split, it would have its images trained on
 */
export function splitNamed<Part>(dataset: string, name: SplitName, parts: { train: Part; test: Part }): Part {
  if (name === "train") return parts.train;
  if (name === "validation" || name === "test") return parts.test;
  throw new DataError(
    `${dataset} has no split ${JSON.stringify(name) ?? "undefined"}: ask for "train", or for "test" or "validation", which ` +
      "both name the images that are not trained on.",
  );
}
