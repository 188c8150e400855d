/** Pixel arithmetic on host and device: crop boxes, evaluation crops, resizing, luma, orientation, normalization. */
export { type CropBox, drawCropBox, randomCropBoxes } from "./crop-box";
export { boxTensor, type Crops, cropImages } from "./crop-on-device";
export { cropPixels } from "./crop-on-host";
export {
  type EvaluationCrop,
  type EvaluationTransform,
  evaluationCrop,
  evaluationImages,
  evaluationTransform,
} from "./evaluation-crop";
export type { Interpolation } from "./filter";
export { toChannels } from "./luma";
export { normalizeImages } from "./normalize";
export { isTurned, storedBox, upright } from "./orientation";
export type { PixelBatch, Pixels } from "./pixels";
export { type Resizing, resizeImage, resizeTensor } from "./resize-on-host";
