/** Images and labels: data sets, batches, crops, label splits. */
export { batches } from "./batches";
export { type CropBox, cropBox, cropWeights } from "./crop";
export {
  arrayDataset,
  type Dataset,
  fingerprintOf,
  type ImageArray,
  type ImageBatch,
  limited,
  type Split,
} from "./dataset";
export { fashionMnistFiles, fashionMnistFolder } from "./fashion-mnist-files";
export { decodeIdx } from "./idx";
export { holdOut, labelSubset } from "./label-subset";
export { openDataset } from "./open";
