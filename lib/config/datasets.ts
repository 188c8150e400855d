/** What settings follow from a data set's name. */
export interface DatasetFacts {
  title: string;
  /** Whether `data.path` has to say where it lies. */
  needsPath: boolean;
  /** Side of its square images, or null: images of any size, cut to the model's. */
  imageSize: number | null;
  /** Channels of a pixel, or null: 3 (RGB) or 1 (luma), as the model has. */
  channels: 1 | 3 | null;
  /** Mean and standard deviation per channel of pixels in [0, 1], unless a run says others. */
  mean: readonly number[];
  std: readonly number[];
}

/** ImageNet's, which the field takes for photographs of all kinds. */
const photographs = { imageSize: null, channels: null, mean: [0.485, 0.456, 0.406], std: [0.229, 0.224, 0.225] };

/** All data sets. The reader of each is the file of its name in `lib/data/sources`; layouts of files are asked in this order. */
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
  "imagenet-1k": { title: "ImageNet-1k", needsPath: false, ...photographs },
  webdataset: { title: "WebDataset shards", needsPath: true, ...photographs },
  folder: { title: "Folder of images", needsPath: true, ...photographs },
} satisfies Record<string, DatasetFacts>;

export type DatasetName = keyof typeof datasets;

/** Whether a word names a data set. */
export function isDatasetName(name: unknown): name is DatasetName {
  return typeof name === "string" && Object.hasOwn(datasets, name);
}
