import { cifarData } from "../published/cifar";
import { locatePublished, openPublished } from "../published/published-data";
import type { DataSource } from "../source";

/** 50 000 training and 10 000 test images of ten classes. Source: Krizhevsky 2009; https://www.cs.toronto.edu/~kriz/cifar.html. */
const cifar10 = cifarData({
  name: "cifar-10",
  file: "cifar-10-binary.tar.gz",
  md5: "c32a1d4ab5d03f1284b67883e8d87530",
  train: [1, 2, 3, 4, 5].map((batch) => `data_batch_${batch}.bin`),
  test: ["test_batch.bin"],
  records: { train: 10_000, test: 10_000 },
  labelBytes: 1,
  names: "batches.meta.txt",
});

export const source: DataSource = {
  open: (config, options) =>
    openPublished({ ...cifar10, read: (directory) => cifar10.read(directory, config.trainLimit) }, options),
  locate: () => locatePublished(cifar10),
};
