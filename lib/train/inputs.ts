import { effectiveMethod, type Run } from "../config";
import type { ImageBatch } from "../data";
import { tf, uint8Tensor } from "../engine";
import { type PatchMasks, splitMasks, targetSizes } from "../masking";
import { boxWeights, normalizeImages, patchGrid, resampleImages } from "../model";
import { drawNoise } from "../noise";
import { type MaskInputs, maskInputs, type StepInputs } from "../objective";
import { isCutByPart, type StepPlan } from "./plan";

/** A step's images before they are cropped and normalized on the device, and all else that the objective takes. */
export interface RawInputs {
  /** [B, H, W, C] uint8. */
  pixels: tf.Tensor4D;
  /** [B, 4] float32: top, left, height and width of what is resampled; null: whole images of the right size. */
  boxes: tf.Tensor2D | null;
  masks: MaskInputs;
  noise: tf.Tensor3D | null;
}

/**
 * A batch and its plan as tensors, the masks padded so that few shapes occur: to multiples of `train.contextBucket` and
 * `train.targetBucket`. Padding changes no number (see `objective`).
 *
 * Noise is drawn here, op by op, and not inside the compiled step: XLA's generator gives other numbers for a key.
 */
export function rawInputs(run: Run, batch: ImageBatch, plan: StepPlan): RawInputs {
  return rawParts(run, batch, { ...plan, parts: 1 })[0] as RawInputs;
}

/** The same for each of the plan's parts; together they have the numbers of the whole batch. */
export function rawParts(run: Run, batch: ImageBatch, plan: StepPlan): RawInputs[] {
  const images = batch.batch / plan.parts;
  const masks = splitMasks(plan.masks, plan.parts, plan.parts > 1 && isCutByPart(run));
  const noise = effectiveMethod(run.objective) === "n-jepa" ? stepNoise(run, plan) : null;
  const parts = masks.map((ofPart, part) =>
    tidyRecord(() => ({
      ...partImages(batch, plan, part * images, images),
      masks: paddedMasks(run, ofPart),
      noise: noise && takeImages(noise, plan.masks.batch, part * images, images),
    })),
  );
  noise?.dispose();
  return parts;
}

function partImages(batch: ImageBatch, plan: StepPlan, from: number, count: number) {
  const size = batch.height * batch.width * batch.channels;
  const pixels = batch.pixels.subarray(from * size, (from + count) * size);
  const boxes = plan.crops?.slice(from, from + count).map(({ top, left, height, width }) => [top, left, height, width]);
  return {
    pixels: uint8Tensor<tf.Rank.R4>(pixels, [count, batch.height, batch.width, batch.channels]),
    boxes: boxes ? tf.tensor2d(boxes, [count, 4]) : null,
  };
}

/** Patches of the largest target block that the grid can get. */
function mostTargetPatches({ model, masking }: Run): number {
  const sizes = targetSizes(patchGrid(model), masking);
  return Math.max(...sizes.map(({ size: [height, width] }) => height * width));
}

function paddedTargetPatches(run: Run, { targetPatches }: PatchMasks): number {
  const { targetBucket } = run.train;
  const most = mostTargetPatches(run);
  return targetBucket === null ? most : Math.min(most, Math.ceil(targetPatches / targetBucket) * targetBucket);
}

/** Patches that a target block can lie on: all, or all but the last row and column. */
function reachablePatches({ model, masking }: Run): number {
  const { height, width } = patchGrid(model);
  const spare = masking.positionRange === "reference" ? 1 : 0;
  return (height - spare) * (width - spare);
}

function paddedMasks(run: Run, masks: PatchMasks): RawInputs["masks"] {
  const { contextBucket } = run.train;
  const contextPatches = Math.ceil(masks.contextPatches / contextBucket) * contextBucket;
  const targetPatches = paddedTargetPatches(run, masks);
  // A bound and no batch's own number, so that no more shapes are compiled.
  const wantedPatches = Math.min(reachablePatches(run), masks.blocks * targetPatches);
  return maskInputs(masks, { contextPatches, targetPatches, wantedPatches });
}

/** The whole batch's noise: [L·B, Kp, …]. */
function stepNoise(run: Run, { masks, noiseKey }: StepPlan): tf.Tensor3D | null {
  const { batch, blocks } = masks;
  const tokens = paddedTargetPatches(run, masks);
  const shape = { batch, blocks, tokens, drawTokens: mostTargetPatches(run), width: noiseWidth(run) };
  return tidyRecord(() => drawNoise(run.noise, shape, tf.tensor1d(noiseKey, "int32")));
}

/** Rows of some images out of [L·B, Kp, …]. */
function takeImages(noise: tf.Tensor3D, batch: number, from: number, count: number): tf.Tensor3D {
  const [rows, tokens, width] = noise.shape;
  if (count === batch) return tf.clone(noise);
  const blocks = tf.reshape(noise, [rows / batch, batch, tokens, width]);
  const taken = tf.slice(blocks, [0, from, 0, 0], [rows / batch, count, tokens, width]);
  return tf.reshape(taken, [(rows / batch) * count, tokens, width]);
}

/** tidy's type knows no null, its code does. */
function tidyRecord<Value>(make: () => Value): Value {
  return tf.tidy(make as unknown as () => tf.TensorContainer) as unknown as Value;
}

/** Channels of a noise vector: the predictor's width, or the encoder's in the space `projected`. */
export function noiseWidth({ model, noise }: Pick<Run, "model" | "noise">): number {
  return noise.space === "projected" ? model.embedDim : model.predictorEmbedDim;
}

/** Cropped, resized and normalized images [B, imageSize, imageSize, C] float32. Reads no value. */
export function prepareImages(run: Run, { pixels, boxes }: Pick<RawInputs, "pixels" | "boxes">): tf.Tensor4D {
  return tf.tidy(() => {
    if (!boxes) return normalizeImages(pixels, run.data);
    const [, height, width] = pixels.shape;
    const interpolation = run.data.crop?.interpolation ?? "bilinear";
    const { rows, columns } = boxWeights(boxes, { height, width }, run.model.imageSize, interpolation);
    // Weights add up to one: resampling first gives the same, and normalizes far fewer pixels.
    return normalizeImages(resampleImages(tf.cast(pixels, "float32"), rows, columns), run.data);
  });
}

/** What `objective` takes, made from a batch and its plan: the third grain of a step. The caller disposes the tensors. */
export function stepInputs(run: Run, batch: ImageBatch, plan: StepPlan): StepInputs {
  const raw = rawInputs(run, batch, plan);
  const images = prepareImages(run, raw);
  tf.dispose([raw.pixels, raw.boxes].filter((tensor) => tensor !== null));
  return { images, ...raw.masks, noise: raw.noise };
}
