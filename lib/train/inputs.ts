import { effectiveMethod, type Run } from "../config";
import type { ImageBatch } from "../data";
import { tf, uint8Tensor } from "../engine";
import { type PatchMasks, splitMasks, targetSizes } from "../masking";
import { patchGrid } from "../model";
import { drawNoise } from "../noise";
import { type MaskInputs, maskInputs, type StepInputs } from "../objective";
import { boxTensor, cropImages, normalizeImages } from "../pixels";
import { isCutByPart, type StepPlan } from "./plan";

/** A step's images before cropping and normalization on the device, and all other inputs of the objective. */
export interface RawInputs {
  /** [B, H, W, C] uint8. */
  pixels: tf.Tensor4D;
  /** [B, 4] float32: top, left, height and width of the box to resample; null: whole images of the right size. */
  boxes: tf.Tensor2D | null;
  masks: MaskInputs;
  /**
   * [4] int32 that seed the noise: the step's key (2), the first image's position in the batch, the batch size; or
   * null.
   */
  noise: tf.Tensor1D | null;
}

/**
 * A batch and its plan as tensors, with masks padded to multiples of `train.contextBucket` and `train.targetBucket`, so
 * that few shapes occur. Padding changes no number (see `objective`).
 */
export function rawInputs(batch: ImageBatch, plan: StepPlan, run: Run): RawInputs {
  return rawParts(batch, { ...plan, parts: 1 }, run)[0] as RawInputs;
}

/** The same for each part of the plan; together they give the numbers of the whole batch. */
export function rawParts(batch: ImageBatch, plan: StepPlan, run: Run): RawInputs[] {
  const images = batch.count / plan.parts;
  const masks = splitMasks(plan.masks, plan.parts, plan.parts > 1 && isCutByPart(run));
  const noisy = effectiveMethod(run.objective) === "n-jepa" && run.noise.level !== "none";
  return masks.map((ofPart, part) =>
    tidyRecord(() => ({
      ...partImages(batch, plan, { from: part * images, count: images }),
      masks: paddedMasks(ofPart, run),
      noise: noisy ? tf.tensor1d([...plan.noiseKey, part * images, plan.masks.images], "int32") : null,
    })),
  );
}

function partImages(batch: ImageBatch, plan: StepPlan, { from, count }: { from: number; count: number }) {
  const size = batch.height * batch.width * batch.channels;
  const pixels = batch.pixels.subarray(from * size, (from + count) * size);
  return {
    pixels: uint8Tensor<tf.Rank.R4>(pixels, [count, batch.height, batch.width, batch.channels]),
    boxes: plan.crops ? boxTensor(plan.crops.slice(from, from + count)) : null,
  };
}

/** Number of patches in the largest target block that the grid allows. */
function mostTargetPatches({ model, masking }: Run): number {
  const sizes = targetSizes(patchGrid(model), masking);
  return Math.max(...sizes.map(({ size: [height, width] }) => height * width));
}

function paddedTargetPatches({ targetPatches }: PatchMasks, run: Run): number {
  const { targetBucket } = run.train;
  const most = mostTargetPatches(run);
  return targetBucket === null ? most : Math.min(most, Math.ceil(targetPatches / targetBucket) * targetBucket);
}

/** Number of patches that a target block can cover: all, or all but the last row and column. */
function reachablePatches({ model, masking }: Run): number {
  const { height, width } = patchGrid(model);
  const spare = masking.positionRange === "reference" ? 1 : 0;
  return (height - spare) * (width - spare);
}

function paddedMasks(masks: PatchMasks, run: Run): RawInputs["masks"] {
  const { contextBucket } = run.train;
  const contextPatches = Math.ceil(masks.contextPatches / contextBucket) * contextBucket;
  const targetPatches = paddedTargetPatches(masks, run);
  // An upper bound, not the batch's own number, so that no further shapes are compiled.
  const wantedPatches = Math.min(reachablePatches(run), masks.blocks * targetPatches);
  return maskInputs(masks, { contextPatches, targetPatches, wantedPatches });
}

/** The noise of a step's targets [L·B, Kp, P] float32, or null. Reads no value. */
export function prepareNoise({ masks, noise }: Pick<RawInputs, "masks" | "noise">, run: Run): tf.Tensor3D | null {
  if (!noise) return null;
  const [images] = masks.wanted.shape;
  const [rows, tokens] = masks.targets.shape;
  const [, , firstImage, batchSize] = tf.unstack(noise) as [tf.Scalar, tf.Scalar, tf.Scalar, tf.Scalar];
  const shape = {
    images,
    blocks: rows / images,
    tokens,
    mostTokens: mostTargetPatches(run),
    width: noiseWidth(run),
    part: { firstImage, batchSize },
  };
  return drawNoise(tf.slice1d(noise, 0, 2), shape, run.noise);
}

/** tidy's type knows no null, its code does. */
function tidyRecord<Value>(make: () => Value): Value {
  return tf.tidy(make as unknown as () => tf.TensorContainer) as unknown as Value;
}

/** Channels of a noise vector: the predictor's width, or the encoder's in the space `projected`. */
function noiseWidth({ model, noise }: Pick<Run, "model" | "noise">): number {
  return noise.space === "projected" ? model.embedDim : model.predictorEmbedDim;
}

/** Images, cropped, resized and normalized: [B, imageSize, imageSize, C] float32. Reads no value. */
export function prepareImages({ pixels, boxes }: Pick<RawInputs, "pixels" | "boxes">, run: Run): tf.Tensor4D {
  return tf.tidy(() => {
    if (!boxes) return normalizeImages(pixels, run.data);
    const interpolation = run.data.crop?.interpolation ?? "bilinear";
    // The weights sum to one: cropping first gives the same result and normalizes far fewer pixels.
    return normalizeImages(cropImages(pixels, { boxes }, run.model.imageSize, interpolation), run.data);
  });
}

/**
 * The inputs of `objective`, from a batch and its plan: the finest grain of a step. The caller disposes the tensors.
 */
export function stepInputs(batch: ImageBatch, plan: StepPlan, run: Run): StepInputs {
  return tidyRecord(() => {
    const raw = rawInputs(batch, plan, run);
    return { images: prepareImages(raw, run), ...raw.masks, noise: prepareNoise(raw, run) };
  });
}
