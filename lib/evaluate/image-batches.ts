import { cropWeights, type ImageBatch, type Split } from "../data";
import { tf, uint8Tensor } from "../engine";
import type { CropTensors } from "./pooled-encoder";

/** Images per call: large enough that TensorFlow's threads are busy, small enough for any memory. */
export const BATCH = 500;

/** A batch of one size, of which the first `filled` rows are asked for. */
export interface FilledBatch {
  images: ImageBatch;
  start: number;
  filled: number;
}

/** Images of these places, in order; the last batch is filled up with its first image, so that one shape is compiled. */
export async function* filledBatches(
  split: Split,
  places: Int32Array,
  from = 0,
  size = BATCH,
): AsyncGenerator<FilledBatch> {
  const filledAt = (start: number) => Math.min(size, places.length - start);
  const read = (start: number) => {
    const filled = filledAt(start);
    return split.read(
      Int32Array.from({ length: size }, (_, row) => places[start + (row < filled ? row : 0)] as number),
    );
  };
  let next = from < places.length ? read(from) : undefined;
  for (let start = from; next !== undefined; start += size) {
    const images = await next;
    // The next images are read and decoded while TensorFlow works on these.
    next = start + size < places.length ? read(start + size) : undefined;
    // A failure is thrown when its turn comes; whoever stopped before that does not want to know.
    next?.catch(() => {});
    yield { images, start, filled: filledAt(start) };
  }
}

/** 0, 1, … count − 1. */
export function allPlaces(count: number): Int32Array {
  return Int32Array.from({ length: count }, (_, index) => index);
}

/** The batch's pixels on their way to the encoder, and the crop that brings them to its size when they have another one. */
export function imageTensors(images: ImageBatch, imageSize: number): { pixels: tf.Tensor4D; crops?: CropTensors } {
  const { pixels, batch, height, width, channels } = images;
  const tensor = uint8Tensor<tf.Rank.R4>(pixels, [batch, height, width, channels]);
  if (height === imageSize && width === imageSize) return { pixels: tensor };
  const side = Math.round(CENTER * Math.min(height, width));
  const box = {
    top: Math.floor((height - side) / 2),
    left: Math.floor((width - side) / 2),
    height: side,
    width: side,
  };
  const weights = cropWeights(Array(batch).fill(box), images, { height: imageSize, width: imageSize });
  return { pixels: tensor, crops: cropTensors(weights, images, imageSize) };
}

/** Resize to 256, crop 224: DINO's and everybody's evaluation of ImageNet (spec h), here for any size. */
const CENTER = 224 / 256;

/** How images of this size are brought to the encoder's, in words. */
export function imageTransform({ height, width }: { height: number; width: number }, imageSize: number): string {
  return height === imageSize && width === imageSize
    ? "whole images"
    : `center crops of ${CENTER} resized to ${imageSize}`;
}

/** `cropWeights` as tensors. */
export function cropTensors(
  { rows, columns }: ReturnType<typeof cropWeights>,
  { batch, height, width }: ImageBatch,
  imageSize: number,
): CropTensors {
  return {
    rows: tf.tensor3d(rows, [batch, imageSize, height]),
    columns: tf.tensor3d(columns, [batch, imageSize, width]),
  };
}
