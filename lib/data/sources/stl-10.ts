import { createHash } from "node:crypto";
import { type FileHandle, open, readFile, stat } from "node:fs/promises";
import { join } from "node:path";
import { DataError } from "../../errors";
import { type Dataset, type ImageBatch, type Split, splitNamed } from "../dataset";
import { readAt } from "../files/tar";
import { locatePublished, unpackedFolder } from "../published/published-data";
import type { DataSource } from "../source";
import { expectEnough } from "../train-limit";

const SIDE = 96;
const BYTES = 3 * SIDE * SIDE;
const UNLABELLED = -1;

/** The files of the unpacked archive; sizes are checked at each opening, contents are identified by their MD5. */
const published = {
  name: "stl-10" as const,
  files: ["train_X.bin", "train_y.bin", "test_X.bin", "test_y.bin", "unlabeled_X.bin", "class_names.txt"],
  mirrors: [],
  room: "6 GB",
};

/** Number of images in each file. */
export interface StlCounts {
  train: number;
  unlabeled: number;
  test: number;
}

/**
 * STL-10 from its unpacked archive: 5 000 labelled and 100 000 unlabelled training images, 8 000 test images, of 96×96.
 * The labelled ones come first; the ten published folds of a thousand labels are lines of fold_indices.txt, whose
 * numbers are image names, so that a fold is a list for `evaluate.labelLists`:
 * `sed -n 1p fold_indices.txt | tr " " "\n" > fold-0.txt`. Images are read from disk on demand.
 *
 * Source: Coates, Lee and Ng 2011; stl10_binary.tar.gz (MD5 91f7769df0f17e558f3565bffb0c7dfb).
 */
export const source: DataSource = {
  async open(config) {
    const folder = `the folder that has ${published.files.join(", ")}`;
    const root = unpackedFolder(published, config, { archive: "stl10_binary.tar.gz", folder });
    return openStl(root, { train: 5_000, unlabeled: 100_000, test: 8_000 }, config.trainLimit);
  },
  locate: () => locatePublished(published),
};

/** @param limit keep only this many training images, from the start */
export async function openStl(root: string, counts: StlCounts, limit?: number): Promise<Dataset> {
  const classNames = (await readFile(join(root, "class_names.txt"), "utf8"))
    .split(/\r?\n/)
    .filter((line) => line !== "");
  const labelsOf = async (file: string, count: number) => {
    const bytes = await readFile(join(root, file));
    expectBytes(join(root, file), bytes.length, count);
    return Int32Array.from(bytes, (label) => label - 1);
  };
  const sizes = { "train_X.bin": counts.train, "unlabeled_X.bin": counts.unlabeled, "test_X.bin": counts.test };
  for (const [file, count] of Object.entries(sizes)) {
    expectBytes(join(root, file), (await stat(join(root, file))).size, count * BYTES);
  }
  const [labelled, tested] = await Promise.all([
    labelsOf("train_y.bin", counts.train),
    labelsOf("test_y.bin", counts.test),
  ]);
  const wrong = [...labelled, ...tested].find((label) => label < 0 || label >= classNames.length);
  if (wrong !== undefined) throw new DataError(`${root} has label ${wrong + 1}: expected 1 … ${classNames.length}.`);
  const total = counts.train + counts.unlabeled;
  expectEnough(total, limit);
  const kept = limit ?? total;
  const labels = new Int32Array(kept).fill(UNLABELLED);
  labels.set(labelled.subarray(0, kept));
  const train = binarySplit("train", labels, [join(root, "train_X.bin"), join(root, "unlabeled_X.bin")], counts.train);
  const test = binarySplit("test", tested, [join(root, "test_X.bin")], counts.test);
  const content = createHash("sha256")
    .update(JSON.stringify(counts))
    .update(labelled)
    .update(tested)
    .update(String(kept));
  return {
    name: "stl-10",
    fingerprint: content.update(await firstImages(root)).digest("hex"),
    classNames,
    height: SIDE,
    width: SIDE,
    channels: 3,
    problems: [],
    skipped: 0,
    split: (name) => splitNamed("stl-10", name, { train, test }),
  };
}

/** The first image of each file: hashing 3 GB at each opening would take as long as an epoch. */
async function firstImages(root: string): Promise<Buffer> {
  const images: Buffer[] = [];
  for (const file of ["train_X.bin", "unlabeled_X.bin", "test_X.bin"]) {
    await withFile(join(root, file), async (handle) => {
      images.push(await readAt(handle, 0, BYTES));
    });
  }
  return Buffer.concat(images);
}

/** Images of two files as one split: those of the first file, then those of the second. */
function binarySplit(name: string, labels: Int32Array, files: readonly string[], inFirst: number): Split {
  const read = async (indices: Int32Array): Promise<ImageBatch> => {
    const pixels = new Uint8Array(indices.length * BYTES);
    const rows = [...indices].map((index, row) => {
      if (labels[index] === undefined) {
        throw new DataError(`Image ${index} of split "${name}" was asked for: expected 0 … ${labels.length - 1}.`);
      }
      return index < inFirst ? { file: 0, at: index, row } : { file: 1, at: index - inFirst, row };
    });
    for (const [file, path] of files.entries()) {
      const wanted = rows.filter((one) => one.file === file);
      if (wanted.length === 0) continue;
      await withFile(path, async (handle) => {
        for (const { at, row } of wanted) upright(await readAt(handle, at * BYTES, BYTES), pixels, row * BYTES);
      });
    }
    const size = { height: SIDE, width: SIDE, channels: 3 };
    return { pixels, labels: indices.map((index) => labels[index] as number), indices, count: indices.length, ...size };
  };
  return { name, count: labels.length, labels, nameOf: String, read };
}

/** Stored channel by channel and column by column. */
function upright(stored: Uint8Array, to: Uint8Array, at: number): void {
  for (let channel = 0; channel < 3; channel++) {
    for (let x = 0; x < SIDE; x++) {
      for (let y = 0; y < SIDE; y++) {
        to[at + (y * SIDE + x) * 3 + channel] = stored[(channel * SIDE + x) * SIDE + y] as number;
      }
    }
  }
}

async function withFile(path: string, work: (file: FileHandle) => Promise<void>): Promise<void> {
  const file = await open(path, "r");
  try {
    await work(file);
  } finally {
    await file.close();
  }
}

function expectBytes(path: string, found: number, expected: number): void {
  if (found === expected) return;
  throw new DataError(`${path} has ${found} bytes: expected ${expected} of STL-10's. Unpack stl10_binary.tar.gz anew.`);
}
