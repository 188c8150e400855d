import type { DataConfig } from "../config";
import type { CropBox, EvaluationTransform, PixelBatch } from "../pixels";
import type { DataProblem } from "./problem";

/** `validation` and `test` are two words for the part that is not learned from: ImageNet says val, Fashion-MNIST test. */
export type SplitName = "train" | "validation" | "test";

/** A few images in one block of memory, with their labels and their places in the split. */
export interface ImageBatch extends PixelBatch {
  /** [B], class numbers; −1: unlabelled. */
  labels: Int32Array;
  /** [B], places in the split. */
  indices: Int32Array;
  /** The part of each image that the step resamples; null: the images are final; absent: nothing was drawn yet. */
  crops?: CropBox[] | null;
}

/** How training crops are drawn and made. */
export type CropConfig = NonNullable<DataConfig["crop"]>;

/** One part of a data set; its labels are in memory, its images are read when asked for. */
export interface Split {
  name: string;
  count: number;
  /** [count], class numbers; −1: unlabelled. */
  labels: Int32Array;
  /** What an image is called in lists: a path below the data set's folder, or its place. */
  nameOf(index: number): string;
  /** Reads images in the order of `indices`: whole, or as evaluation sees them. */
  read(indices: Int32Array): Promise<ImageBatch>;
  /** Training crops, where a split makes them itself; else they are drawn for the whole images of `read`. */
  readCrops?(
    indices: Int32Array,
    crop: CropConfig,
    at: { seed: number; epoch: number },
    /** Memory of a batch that nobody needs any more; what is outside the crops keeps its old bytes. */
    spare?: Uint8Array,
  ): Promise<ImageBatch>;
}

export interface Dataset {
  name: string;
  /**
   * SHA-256 that names the images and labels: over the content of every file, or, for folders and shards too large to
   * be read whole at each start, over every file's name and length.
   */
  fingerprint: string;
  /** Name of each class, by class number; none where the images are unlabelled: they can be learned from, not probed. */
  classNames: string[];
  /** Of the images that `read` gives. */
  height: number;
  width: number;
  channels: number;
  /** How `read` made its images out of images of any size; absent: they are as they are stored. */
  evaluation?: EvaluationTransform;
  /** What was found to be wrong with files, and what was left out. */
  problems: readonly DataProblem[];
  /** Broken images that were left out (`onBadImage: "skip"`). */
  skipped: number;
  /** @throws {DataError} when the data set has no such part */
  split(name: SplitName): Split;
}
