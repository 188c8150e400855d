import { createHash } from "node:crypto";
import { DataError } from "../errors";
import { type Dataset, type ImageBatch, type Split, type SplitName, splitNamed } from "./dataset";

/** The images of one split with their class numbers. */
export interface SplitArrays {
  /** [count, H, W, C], 0 … 255. */
  pixels: Uint8Array;
  /** [count] */
  labels: ArrayLike<number>;
}

/**
 * A data set whose images are in memory.
 *
 * @param options.fingerprint identifies its content; by default a hash of everything given
 * @throws {DataError} when pixels and labels do not match, or a label is not a class
 */
export function arrayDataset(options: {
  name: string;
  classNames: string[];
  height: number;
  width: number;
  channels: number;
  train: SplitArrays;
  test: SplitArrays;
  fingerprint?: string;
}): Dataset {
  const { name, classNames, height, width, channels } = options;
  const size = { height, width, channels };
  const train = arraySplit("train", options.train, size, classNames.length);
  const test = arraySplit("test", options.test, size, classNames.length);
  const fingerprint = options.fingerprint ?? hashOf(size, options.train, options.test);
  const split = (which: SplitName) => splitNamed(name, which, { train, test });
  return { name, fingerprint, classNames, ...size, problems: [], skipped: 0, split };
}

function arraySplit(
  name: string,
  arrays: SplitArrays,
  size: { height: number; width: number; channels: number },
  classes: number,
): Split {
  const labels = Int32Array.from(arrays.labels);
  const bytes = size.height * size.width * size.channels;
  if (arrays.pixels.length !== labels.length * bytes) {
    throw new DataError(
      `Split "${name}" has ${labels.length} labels of ${size.height}×${size.width}×${size.channels} images: expected ` +
        `${labels.length * bytes} bytes of pixels, got ${arrays.pixels.length}.`,
    );
  }
  // Looked for in what was given: as an integer, 0.7 and NaN are class 0.
  const wrong = Array.from(arrays.labels).findIndex(
    (label) => !(Number.isInteger(label) && label >= 0 && label < classes),
  );
  if (wrong >= 0) {
    throw new DataError(`Label ${wrong} of split "${name}" is ${arrays.labels[wrong]}: expected 0 … ${classes - 1}.`);
  }
  const read = async (indices: Int32Array): Promise<ImageBatch> => {
    const pixels = new Uint8Array(indices.length * bytes);
    const picked = new Int32Array(indices.length);
    indices.forEach((index, row) => {
      const label = labels[index];
      if (label === undefined) {
        throw new DataError(`Image ${index} of split "${name}" was asked for: expected 0 … ${labels.length - 1}.`);
      }
      pixels.set(arrays.pixels.subarray(index * bytes, (index + 1) * bytes), row * bytes);
      picked[row] = label;
    });
    return { pixels, labels: picked, indices, count: indices.length, ...size };
  };
  return { name, count: labels.length, labels, nameOf: String, read };
}

function hashOf(size: object, ...splits: SplitArrays[]): string {
  const hash = createHash("sha256").update(JSON.stringify(size));
  for (const { pixels, labels } of splits) {
    hash.update(createHash("sha256").update(pixels).digest());
    hash.update(createHash("sha256").update(Array.from(labels).join()).digest());
  }
  return hash.digest("hex");
}
