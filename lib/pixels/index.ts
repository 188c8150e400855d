/** Pixel arithmetic: crop boxes, what evaluation cuts, resampling and normalizing on the device. */
export { type CropBox, drawCropBox, randomCropBoxes } from "./crop-box";
export { boxTensor, type Crops, cropImages } from "./crop-on-device";
export {
  type EvaluationCrop,
  type EvaluationTransform,
  evaluationCrop,
  evaluationImages,
  evaluationTransform,
} from "./evaluation-crop";
export { normalizeImages } from "./normalize";
