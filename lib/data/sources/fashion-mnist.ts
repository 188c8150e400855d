import { createHash } from "node:crypto";
import { readFile, stat } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import { gunzip } from "node:zlib";
import { DataError } from "../../errors";
import { sizeFromShape } from "../../shape";
import { arrayDataset, type SplitArrays } from "../array-dataset";
import type { Dataset } from "../dataset";
import { copyFromDebian } from "../published/debian-package";
import { download } from "../published/download";
import { parseIdx } from "../published/idx";
import { locatePublished, openPublished, type PublishedData } from "../published/published-data";
import type { DataSource } from "../source";

/** One of the four files, and the SHA-256 of its unpacked content; Debian's gzip headers differ from the originals'. */
interface File {
  name: string;
  kind: "images" | "labels";
  shape: number[];
  sha256: string;
}

const files = {
  trainImages: {
    name: "train-images-idx3-ubyte.gz",
    kind: "images",
    shape: [60_000, 28, 28],
    sha256: "c59f468a2f672dc815687fe0f83887768d799fd8a3f3276145d20f83aa44d888",
  },
  trainLabels: {
    name: "train-labels-idx1-ubyte.gz",
    kind: "labels",
    shape: [60_000],
    sha256: "bad3541b69d912435c50bb6ba87bec294ff4f6a2e1246121d8633921760443d9",
  },
  testImages: {
    name: "t10k-images-idx3-ubyte.gz",
    kind: "images",
    shape: [10_000, 28, 28],
    sha256: "5b4141f0afbad91edebe8549f8fcffe087ea10ca49f1dbef5c9a5cd8815ce37b",
  },
  testLabels: {
    name: "t10k-labels-idx1-ubyte.gz",
    kind: "labels",
    shape: [10_000],
    sha256: "0402a96d92fd2663957122ceb108a494c5af83dab82d92729df917d7dec38c34",
  },
} satisfies Record<string, File>;

const classNames = [
  "T-shirt/top",
  "Trouser",
  "Pullover",
  "Dress",
  "Coat",
  "Sandal",
  "Shirt",
  "Sneaker",
  "Bag",
  "Ankle boot",
];

const names = Object.values(files).map((file) => file.name);
const systemFolder = "/usr/share/datasets/fashion-mnist";
const address = "http://fashion-mnist.s3-website.eu-central-1.amazonaws.com";

/** Where its files come from: its own address, otherwise Debian's package. */
export const fashionMnist: PublishedData = {
  name: "fashion-mnist",
  files: names,
  systemFolder,
  mirrors: [
    {
      name: address,
      fill: async (folder, onProgress) => {
        for (const name of names) await download(`${address}/${name}`, join(folder, name), onProgress);
      },
    },
    {
      name: "Debian's package dataset-fashion-mnist",
      fill: (folder, onProgress) => copyFromDebian("dataset-fashion-mnist", systemFolder, names, folder, onProgress),
    },
  ],
  room: "31 MB, or 100 MB for Debian's package",
  trainImages: 60_000,
  read: readFashionMnist,
};

export const source: DataSource = {
  open: (config, options) => openPublished(fashionMnist, config, options),
  locate: () => locatePublished(fashionMnist),
};

/**
 * Fashion-MNIST from the folder that holds its four files: 60 000 training and 10 000 test images of 28×28, one channel.
 *
 * @param trainLimit keep only this many training images, from the start
 * @throws {DataError} when a file is missing, damaged, or not the published one
 */
export async function readFashionMnist(directory: string, trainLimit?: number): Promise<Dataset> {
  const { trainImages, trainLabels, testImages, testLabels } = files;
  const [trainPixels, trainClasses, testPixels, testClasses] = await Promise.all([
    readPublished(directory, trainImages),
    readPublished(directory, trainLabels),
    readPublished(directory, testImages),
    readPublished(directory, testLabels),
  ]);
  const train = first({ pixels: trainPixels, labels: trainClasses }, trainLimit);
  const hashes = Object.values(files).map((file) => file.sha256);
  const limited = trainLimit === undefined ? [] : [`first ${trainLimit}`];
  return arrayDataset({
    name: "fashion-mnist",
    classNames,
    height: 28,
    width: 28,
    channels: 1,
    train,
    test: { pixels: testPixels, labels: testClasses },
    fingerprint: createHash("sha256")
      .update([...hashes, ...limited].join("\n"))
      .digest("hex"),
  });
}

/** The unpacked content of one file, checked against the published hash. */
async function readPublished(directory: string, file: File): Promise<Uint8Array> {
  const path = join(directory, file.name);
  const remedy = `Delete it and run "npm run setup" to fetch it again.`;
  let bytes: Buffer;
  try {
    bytes = await unpack(path, 4 + 4 * file.shape.length + sizeFromShape(file.shape));
  } catch (error) {
    const got = (error as NodeJS.ErrnoException).code === "ENOENT" ? "it is not there" : (error as Error).message;
    throw new DataError(`${path} cannot be read: expected the gzip file of Fashion-MNIST, but ${got}. ${remedy}`, {
      cause: error,
    });
  }
  const content = parseIdx(bytes, file.kind, file.shape, path, remedy);
  const sha256 = createHash("sha256").update(bytes).digest("hex");
  if (sha256 !== file.sha256) {
    throw new DataError(
      `${path} is not the published file: expected SHA-256 ${file.sha256} unpacked, got ${sha256}. ${remedy}`,
    );
  }
  return content;
}

/** Until its hash is known a file may be anything: no more than the published length is read or unpacked. */
async function unpack(path: string, most: number): Promise<Buffer> {
  const packed = (await stat(path)).size;
  if (packed > most) throw new Error(`it has ${packed} bytes, more than the ${most} that it should unpack to`);
  try {
    return await promisify(gunzip)(await readFile(path), { maxOutputLength: most });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "ERR_BUFFER_TOO_LARGE") throw error;
    throw new Error(`it unpacks to more than ${most} bytes`, { cause: error });
  }
}

function first(split: { pixels: Uint8Array; labels: Uint8Array }, limit = split.labels.length): SplitArrays {
  const bytes = split.pixels.length / split.labels.length;
  return { pixels: split.pixels.subarray(0, limit * bytes), labels: split.labels.subarray(0, limit) };
}
