import { createHash } from "node:crypto";
import { DataError } from "../errors";

/** Images as they are on disk, with their labels. */
export interface ImageBatch {
  /** [B, H, W, C], row-major. */
  pixels: Uint8Array;
  /** [B] */
  labels: Int32Array;
  /** [B] places of these images in their split. */
  indices: Int32Array;
  batch: number;
  height: number;
  width: number;
  channels: number;
}

/** One part of a data set; images are read when they are asked for. */
export interface Split {
  name: string;
  count: number;
  labels: Int32Array;
  /** The images at these places, in this order. @throws {DataError} for a place the split does not have */
  read(indices: Int32Array): Promise<ImageBatch>;
}

/** Images with labels, in a training and a test split. */
export interface Dataset {
  name: string;
  /** sha256 over the content: part of a run's key. */
  fingerprint: string;
  classNames: readonly string[];
  height: number;
  width: number;
  channels: number;
  split(name: "train" | "test"): Split;
}

/** Images of one size in memory. */
export interface ImageArray {
  /** [n, H, W, C] */
  pixels: Uint8Array;
  labels: Int32Array;
}

/** A data set over arrays: what Fashion-MNIST becomes, and what a test makes by hand. */
export function arrayDataset(options: {
  name: string;
  classNames: readonly string[];
  height: number;
  width: number;
  channels: number;
  train: ImageArray;
  test: ImageArray;
  /** Default: sha256 over pixels and labels. */
  fingerprint?: string;
}): Dataset {
  const { name, classNames, height, width, channels, train, test } = options;
  const splits = {
    train: arraySplit(`${name} train`, train, [height, width, channels]),
    test: arraySplit(`${name} test`, test, [height, width, channels]),
  };
  const fingerprint = options.fingerprint ?? fingerprintOf([train.pixels, train.labels, test.pixels, test.labels]);
  return { name, fingerprint, classNames, height, width, channels, split: (part) => splits[part] };
}

function arraySplit(name: string, { pixels, labels }: ImageArray, shape: [number, number, number]): Split {
  const [height, width, channels] = shape;
  const size = height * width * channels;
  const count = labels.length;
  if (pixels.length !== count * size) {
    throw new DataError(
      `${name}: ${count} labels need ${count * size} bytes of ${shape.join(" × ")} images; got ${pixels.length}.`,
    );
  }
  return {
    name,
    count,
    labels,
    read: async (indices) => {
      const batch: ImageBatch = {
        pixels: new Uint8Array(indices.length * size),
        labels: new Int32Array(indices.length),
        indices,
        batch: indices.length,
        height,
        width,
        channels,
      };
      indices.forEach((from, to) => {
        const label = labels[from];
        if (label === undefined) throw new DataError(`${name} has ${count} images; image ${from} was asked for.`);
        batch.pixels.set(pixels.subarray(from * size, (from + 1) * size), to * size);
        batch.labels[to] = label;
      });
      return batch;
    },
  };
}

/** The first `limit` images of a split, or all of it. */
export function limited(split: Split, limit: number | undefined): Split {
  if (limit === undefined || limit >= split.count) return split;
  return { ...split, count: limit, labels: split.labels.subarray(0, limit) };
}

/** sha256 over the bytes of arrays, in order. */
export function fingerprintOf(arrays: readonly ArrayBufferView[]): string {
  const hash = createHash("sha256");
  for (const { buffer, byteOffset, byteLength } of arrays) hash.update(new Uint8Array(buffer, byteOffset, byteLength));
  return hash.digest("hex");
}
