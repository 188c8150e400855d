/** Settings that follow from a data set's name. */
export interface DatasetFacts {
  title: string;
  /** Whether `data.path` must give its location. */
  needsPath: boolean;
  /** Side of its square images, or null: images of any size, cropped to the model's. */
  imageSize: number | null;
  /** Channels per pixel, or null: 3 (RGB) or 1 (luma), as in the model. */
  channels: 1 | 3 | null;
  /** Mean and standard deviation per channel of pixels in [0, 1], unless a run sets others. */
  mean: readonly number[];
  std: readonly number[];
}

/** ImageNet's statistics, which the field uses for photographs of all kinds. */
const photographs = { imageSize: null, channels: null, mean: [0.485, 0.456, 0.406], std: [0.229, 0.224, 0.225] };

/** All data sets. Each is read by the file of its name in `lib/data/sources`; file layouts are tried in this order. */
export const datasets = {
  // 0.28604 and 0.35302 over the 60 000 training images.
  "fashion-mnist": {
    title: "Fashion-MNIST",
    needsPath: false,
    imageSize: 28,
    channels: 1,
    mean: [0.286],
    std: [0.353],
  },
  "cifar-10": {
    title: "CIFAR-10",
    needsPath: false,
    imageSize: 32,
    channels: 3,
    mean: [0.4914, 0.4822, 0.4465],
    std: [0.247, 0.2435, 0.2616],
  },
  "cifar-100": {
    title: "CIFAR-100",
    needsPath: false,
    imageSize: 32,
    channels: 3,
    mean: [0.5071, 0.4865, 0.4409],
    std: [0.2673, 0.2564, 0.2762],
  },
  "stl-10": {
    title: "STL-10",
    needsPath: false,
    imageSize: 96,
    channels: 3,
    mean: [0.4467, 0.4398, 0.4066],
    std: [0.2603, 0.2566, 0.2713],
  },
  "tiny-imagenet": {
    title: "Tiny ImageNet",
    needsPath: false,
    imageSize: null,
    channels: null,
    mean: [0.4802, 0.4481, 0.3975],
    std: [0.277, 0.2691, 0.2821],
  },
  imagenette: { title: "Imagenette", needsPath: false, ...photographs },
  "imagenet-1k": { title: "ImageNet-1k", needsPath: false, ...photographs },
  parquet: { title: "Parquet files", needsPath: true, ...photographs },
  webdataset: { title: "WebDataset shards", needsPath: true, ...photographs },
  folder: { title: "Folder of images", needsPath: true, ...photographs },
} satisfies Record<string, DatasetFacts>;

export type DatasetName = keyof typeof datasets;

/** Whether a value names a data set. */
export function isDatasetName(name: unknown): name is DatasetName {
  return typeof name === "string" && Object.hasOwn(datasets, name);
}
