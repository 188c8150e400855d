import type { OnProgress } from "../cache";
import { arrayDataset, type Dataset, fingerprintOf, type ImageArray } from "./dataset";
import { type FashionMnistFile, fashionMnistFiles } from "./fashion-mnist-files";
import { decodeIdx } from "./idx";

/** Class names in label order. Source: zalandoresearch/fashion-mnist, README, "Labels". */
const CLASSES = [
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

/**
 * Fashion-MNIST: 60 000 training and 10 000 test images of 28 × 28 gray pixels, ten classes.
 *
 * @throws {DataError} when its files cannot be had or are damaged
 */
export async function openFashionMnist(onProgress?: OnProgress): Promise<Dataset> {
  const files = await fashionMnistFiles(onProgress);
  const part = (prefix: "train" | "t10k"): ImageArray => {
    const values = (file: FashionMnistFile) => decodeIdx(files[file], file).values;
    return {
      pixels: values(`${prefix}-images-idx3-ubyte.gz`),
      labels: Int32Array.from(values(`${prefix}-labels-idx1-ubyte.gz`)),
    };
  };
  return arrayDataset({
    name: "fashion-mnist",
    classNames: CLASSES,
    height: 28,
    width: 28,
    channels: 1,
    train: part("train"),
    test: part("t10k"),
    fingerprint: fingerprintOf(Object.values(files)),
  });
}
