/** Data sets, batches and label splits: plain typed arrays; tensors are used only to decode images. */

export { arrayDataset, type SplitArrays } from "./array-dataset";
export { batches } from "./batches";
export type { CropConfig, Dataset, ImageBatch, Split, SplitName } from "./dataset";
export { decodeImage } from "./images/decode-image";
export { type ImageHeader, readImageHeader } from "./images/image-header";
export { resizeJpeg } from "./images/resize-jpeg";
export { type InspectedSplit, type Inspection, inspectDataset } from "./inspect";
export { readLabelList, type WrittenList, writeLabelList, writeLabelLists } from "./labels/label-list";
export { holdOut, labelSubset, shotSubset } from "./labels/label-split";
export { dataSource, datasetAt, openDataset, publishedData } from "./open-dataset";
export type { DataProblem } from "./problem";
export type { DataSource, DatasetConfig, FoundData, OpenOptions } from "./source";
export { writeImageFolder } from "./write-images";
