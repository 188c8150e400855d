import { ShapeError } from "../errors";
import type { CropBox } from "./crop-box";

/** Cropping and resizing as two matrix products per image: `rows · image · columnsᵀ`. */
export interface CropWeights {
  /** [B, outHeight, inHeight] */
  rows: Float32Array;
  /** [B, outWidth, inWidth] */
  columns: Float32Array;
}

/**
 * Weights that crop each image to its box and resize it bilinearly with antialiasing: a triangle filter as wide as one
 * output pixel, or as one input pixel where that is wider, over the pixels inside the box, with weights that add up to one.
 *
 * Pillow's definition for a cropped image, but for its 8-bit arithmetic: Pillow rounds to whole gray levels after each of
 * its two passes, these weights are applied in float32, which stays within one gray level of it.
 *
 * @param boxes one per image, inside the image
 * @throws {ShapeError} when a box reaches outside the image
 */
export function cropWeights(
  boxes: readonly CropBox[],
  image: { height: number; width: number },
  out: { height: number; width: number },
): CropWeights {
  const rows = new Float32Array(boxes.length * out.height * image.height);
  const columns = new Float32Array(boxes.length * out.width * image.width);
  boxes.forEach((box, index) => {
    const { top, left, height, width } = box;
    if (top < 0 || left < 0 || height < 1 || width < 1 || top + height > image.height || left + width > image.width) {
      throw new ShapeError(
        `Crop box ${index} has top ${top}, left ${left}, height ${height}, width ${width}: expected a box inside an ` +
          `image of ${image.height}×${image.width}.`,
      );
    }
    fill(rows, index * out.height * image.height, top, height, image.height, out.height);
    fill(columns, index * out.width * image.width, left, width, image.width, out.width);
  });
  return { rows, columns };
}

function fill(weights: Float32Array, at: number, start: number, length: number, from: number, to: number): void {
  const scale = length / to;
  const reach = Math.max(scale, 1);
  for (let pixel = 0; pixel < to; pixel++) {
    const center = (pixel + 0.5) * scale;
    const first = Math.max(0, Math.trunc(center - reach + 0.5));
    const end = Math.min(length, Math.trunc(center + reach + 0.5));
    let sum = 0;
    for (let source = first; source < end; source++) sum += triangle((source + 0.5 - center) / reach);
    for (let source = first; source < end; source++) {
      weights[at + pixel * from + start + source] = triangle((source + 0.5 - center) / reach) / sum;
    }
  }
}

const triangle = (distance: number) => Math.max(0, 1 - Math.abs(distance));
