/** Data sets, batches, crops and label splits: plain typed arrays; tensors only inside the decoding of images. */
export { arrayDataset, type SplitArrays } from "./array-dataset";
export { batches } from "./batches";
export { type CropBox, drawCropBox, randomCropBoxes } from "./crop-box";
export type { CropConfig, Dataset, ImageBatch, Split, SplitName } from "./dataset";
export { decodeImage, type Pixels } from "./decode-image";
export {
  type EvaluationCrop,
  type EvaluationTransform,
  evaluationCrop,
  evaluationImages,
  evaluationTransform,
} from "./evaluation-crop";
export { readFashionMnist } from "./fashion-mnist";
export { type DataSource, type FoundData, fetchFashionMnist, locateFashionMnist } from "./fashion-mnist-sources";
export type { FileDataConfig, OpenOptions } from "./file-dataset";
export { createGate, throughGate } from "./gate";
export { type ImageHeader, readImageHeader } from "./image-header";
export { type InspectedSplit, type Inspection, inspectDataset, layoutAt } from "./inspect";
export { readLabelList, simclrCounts, type WrittenList, writeLabelList, writeLabelLists } from "./label-list";
export { holdOut, labelSubset } from "./label-split";
export { openDataset } from "./open-dataset";
export { storedBox, upright } from "./orientation";
export type { DataProblem } from "./problem";
export { type Interpolation, type Resizing, resizeImage, resizeJpeg } from "./resize-image";
