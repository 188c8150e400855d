export type SplitName = "train" | "test";

/** A few images in one block of memory, with their labels and their places in the split. */
export interface ImageBatch {
  /** [B, H, W, C], 0 … 255. */
  pixels: Uint8Array;
  /** [B], class numbers. */
  labels: Int32Array;
  /** [B], places in the split. */
  indices: Int32Array;
  batch: number;
  height: number;
  width: number;
  channels: number;
}

/** One part of a data set; its labels are in memory, its images are read when asked for. */
export interface Split {
  name: string;
  count: number;
  /** [count], class numbers. */
  labels: Int32Array;
  /** Reads images in the order of `indices`. */
  read(indices: Int32Array): Promise<ImageBatch>;
}

export interface Dataset {
  name: string;
  /** SHA-256 over the content of every file: two data sets of one fingerprint hold the same images and labels. */
  fingerprint: string;
  /** Name of each class, by class number. */
  classNames: string[];
  height: number;
  width: number;
  channels: number;
  split(name: SplitName): Split;
}
