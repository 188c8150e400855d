import type { Run } from "../config";
import { cropWeights, type ImageBatch } from "../data";
import { tf, uint8Tensor } from "../engine";
import { targetSizes } from "../masking";
import { normalizeImages, resampleImages } from "../model";
import { drawNoise } from "../noise";
import { maskInputs, type StepInputs } from "../objective";
import type { StepPlan } from "./plan";

/** A step's images before they are cropped and normalized on the device, and all else that the objective takes. */
export interface RawInputs {
  /** [B, H, W, C] uint8. */
  pixels: tf.Tensor4D;
  /** [B, imageSize, H] and [B, imageSize, W]: resampling of rows and columns; null: whole images of the right size. */
  rows: tf.Tensor3D | null;
  columns: tf.Tensor3D | null;
  masks: Pick<StepInputs, "context" | "contextLength" | "targets" | "targetLength">;
  noise: tf.Tensor3D | null;
}

/**
 * A batch and its plan as tensors, the masks padded so that few shapes occur: the context to a multiple of
 * `train.contextBucket`, targets to the largest block of the grid. Padding changes no number (see `objective`).
 *
 * Noise is drawn here, op by op, and not inside the compiled step: XLA's generator gives other numbers for a key.
 */
export function rawInputs(run: Run, batch: ImageBatch, plan: StepPlan): RawInputs {
  const { model, masking, objective, train } = run;
  const side = model.imageSize / model.patchSize;
  const sizes = targetSizes({ height: side, width: side }, masking);
  const targetPatches = Math.max(...sizes.map(({ size: [height, width] }) => height * width));
  const contextPatches = Math.ceil(plan.masks.contextPatches / train.contextBucket) * train.contextBucket;
  const raw = () => {
    const shape = {
      batch: batch.batch,
      blocks: masking.targetBlocks,
      tokens: targetPatches,
      width: model.predictorEmbedDim,
    };
    const noisy = objective.method === "n-jepa";
    const crops = plan.crops && cropWeights(plan.crops, batch, { height: model.imageSize, width: model.imageSize });
    return {
      pixels: uint8Tensor<tf.Rank.R4>(batch.pixels, [batch.batch, batch.height, batch.width, batch.channels]),
      rows: crops && tf.tensor3d(crops.rows, [batch.batch, model.imageSize, batch.height]),
      columns: crops && tf.tensor3d(crops.columns, [batch.batch, model.imageSize, batch.width]),
      masks: maskInputs(plan.masks, { contextPatches, targetPatches }),
      noise: noisy ? drawNoise(run.noise, shape, tf.tensor1d(plan.noiseKey, "int32")) : null,
    };
  };
  // tidy's type knows no null, its code does.
  return tf.tidy(raw as unknown as () => tf.TensorContainer) as unknown as RawInputs;
}

/** Cropped, resized and normalized images [B, imageSize, imageSize, C] float32. Reads no value. */
export function prepareImages(run: Run, { pixels, rows, columns }: RawInputs): tf.Tensor4D {
  return tf.tidy(() => {
    const images = normalizeImages(pixels, run.data);
    return rows && columns ? resampleImages(images, rows, columns) : images;
  });
}

/** What `objective` takes, made from a batch and its plan: the third grain of a step. The caller disposes the tensors. */
export function stepInputs(run: Run, batch: ImageBatch, plan: StepPlan): StepInputs {
  const raw = rawInputs(run, batch, plan);
  const images = prepareImages(run, raw);
  tf.dispose([raw.pixels, raw.rows, raw.columns].filter((tensor) => tensor !== null));
  return { images, ...raw.masks, noise: raw.noise };
}
