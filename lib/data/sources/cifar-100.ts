import { cifarData } from "../published/cifar";
import { locatePublished, openPublished } from "../published/published-data";
import type { DataSource } from "../source";

/**
 * 50 000 training and 10 000 test images of a hundred classes; the coarse label before the fine one is ignored.
 * Source: Krizhevsky 2009; https://www.cs.toronto.edu/~kriz/cifar.html.
 */
const cifar100 = cifarData({
  name: "cifar-100",
  file: "cifar-100-binary.tar.gz",
  md5: "03b5dce01913d631647c71ecec9e9cb8",
  train: ["train.bin"],
  test: ["test.bin"],
  records: { train: 50_000, test: 10_000 },
  labelBytes: 2,
  names: "fine_label_names.txt",
});

export const source: DataSource = {
  open: (config, options) => openPublished(cifar100, config, options),
  locate: () => locatePublished(cifar100),
};
