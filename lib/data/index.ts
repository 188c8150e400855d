/** Data sets, batches, crops and label splits: plain typed arrays, no tensors. */
export { arrayDataset, type SplitArrays } from "./array-dataset";
export { batches } from "./batches";
export { type CropBox, randomCropBoxes } from "./crop-box";
export { type CropWeights, cropWeights } from "./crop-weights";
export type { Dataset, ImageBatch, Split, SplitName } from "./dataset";
export { readFashionMnist } from "./fashion-mnist";
export { type DataSource, type FoundData, fetchFashionMnist, locateFashionMnist } from "./fashion-mnist-sources";
export { holdOut, labelSubset } from "./label-split";
export { openDataset } from "./open-dataset";
