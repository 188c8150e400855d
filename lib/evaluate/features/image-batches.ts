import type { Run } from "../../config";
import type { Dataset, ImageBatch, Split } from "../../data";
import { type tf, uint8Tensor } from "../../engine";
import { DataError } from "../../errors";
import { evaluationImages, evaluationTransform } from "../../pixels";

/** Images per call: enough to keep TensorFlow's threads busy, few enough to fit any memory. */
export const BATCH = 500;

/** A batch of fixed size, of which only the first `filled` rows were requested. */
export interface FilledBatch {
  images: ImageBatch;
  start: number;
  filled: number;
}

/** Images at these places, in order; the last batch is padded with its first image, so that one shape is compiled. */
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
    // A failure is thrown when its turn comes; a caller that stopped earlier need not know.
    next?.catch(() => {});
    yield { images, start, filled: filledAt(start) };
  }
}

/** 0, 1, … count − 1. */
export function allPlaces(count: number): Int32Array {
  return Int32Array.from({ length: count }, (_, index) => index);
}

/** Index of each of `places` within `atHand`, which ascends. */
export function placesIn(atHand: Int32Array, places: Int32Array): Int32Array {
  const positions = new Map(Array.from(atHand, (place, position) => [place, position] as const));
  return places.map((place) => {
    const position = positions.get(place);
    if (position === undefined) throw new DataError(`Image ${place} is not among the ${atHand.length} at hand.`);
    return position;
  });
}

/** A batch's pixels for the encoder; images of another size are transformed as the data room does for evaluation. */
export async function imageTensor(images: ImageBatch, { model, data }: ImageSettings): Promise<tf.Tensor4D> {
  const { imageSize } = model;
  const fits = images.height === imageSize && images.width === imageSize;
  const options = { ...evaluationTransform(data, imageSize), imageSize };
  const { pixels, count, channels } = fits ? images : await evaluationImages(images, options);
  return uint8Tensor<tf.Rank.R4>(pixels, [count, imageSize, imageSize, channels]);
}

/** What the size of evaluation images depends on. */
export type ImageSettings = Pick<Run, "model" | "data">;

/** How images are brought to the encoder's size, in words. */
export function imageTransform(
  { height, width, evaluation }: Pick<Dataset, "height" | "width" | "evaluation">,
  { model: { imageSize }, data }: ImageSettings,
): string {
  if (!evaluation && height === imageSize && width === imageSize) return "whole images";
  const { resize, keepsFitting, interpolation, exifRotation } = evaluation ?? evaluationTransform(data, imageSize);
  const rotation = exifRotation ? "turned by EXIF, " : "";
  const side = keepsFitting ? `shorter side, unless it is ${imageSize},` : "shorter side";
  return `center crops of ${imageSize} (${rotation}${side} resized to ${resize}, ${interpolation})`;
}
