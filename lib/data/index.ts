/** Data sets, batches, crops and label splits: plain typed arrays; tensors only inside the decoding of images. */

export { batches } from "./batches";
export type { CropConfig, Dataset, ImageBatch, Split, SplitName } from "./dataset";
export { decodeImage } from "./images/decode-image";
export { type ImageHeader, readImageHeader } from "./images/image-header";
export { resizeJpeg } from "./images/resize-jpeg";
export { type InspectedSplit, type Inspection, inspectDataset, layoutAt } from "./inspect";
export { readLabelList, simclrCounts, type WrittenList, writeLabelList, writeLabelLists } from "./labels/label-list";
export { holdOut, labelSubset } from "./labels/label-split";
export { openDataset } from "./open-dataset";
export type { DataProblem } from "./problem";
export { arrayDataset, type SplitArrays } from "./sources/array-dataset";
export { readFashionMnist } from "./sources/fashion-mnist";
export {
  type DataSource,
  type FoundData,
  fetchFashionMnist,
  locateFashionMnist,
} from "./sources/fashion-mnist-sources";
export type { FileDataConfig, OpenOptions } from "./sources/file-dataset";
