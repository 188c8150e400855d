import { ShapeError } from "../errors";
import type { CropBox } from "./crop-box";
import type { Interpolation } from "./resize-image";

/** Cropping and resizing as two matrix products per image: `rows · image · columnsᵀ`. */
export interface CropWeights {
  /** [B, outHeight, inHeight] */
  rows: Float32Array;
  /** [B, outWidth, inWidth] */
  columns: Float32Array;
}

/**
 * Weights that crop each image to its box and resize it with antialiasing: a filter (bilinear: a triangle, bicubic: Keys'
 * with a = −½) in units of one output pixel, or of one input pixel where that is wider, over the pixels inside the box,
 * with weights that add up to one.
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
  interpolation: Interpolation = "bilinear",
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
    fill(rows, index * out.height * image.height, top, height, image.height, out.height, filters[interpolation]);
    fill(columns, index * out.width * image.width, left, width, image.width, out.width, filters[interpolation]);
  });
  return { rows, columns };
}

interface Filter {
  support: number;
  weigh(distance: number): number;
}

const filters: Record<Interpolation, Filter> = {
  bilinear: { support: 1, weigh: (distance) => Math.max(0, 1 - Math.abs(distance)) },
  bicubic: { support: 2, weigh: (distance) => cubic(Math.abs(distance)) },
};

function cubic(d: number): number {
  if (d < 1) return (1.5 * d - 2.5) * d * d + 1;
  return d < 2 ? ((-0.5 * d + 2.5) * d - 4) * d + 2 : 0;
}

function fill(
  weights: Float32Array,
  at: number,
  start: number,
  length: number,
  from: number,
  to: number,
  { support, weigh }: Filter,
): void {
  const scale = length / to;
  const unit = Math.max(scale, 1);
  for (let pixel = 0; pixel < to; pixel++) {
    const center = (pixel + 0.5) * scale;
    const first = Math.max(0, Math.trunc(center - support * unit + 0.5));
    const end = Math.min(length, Math.trunc(center + support * unit + 0.5));
    let sum = 0;
    for (let source = first; source < end; source++) sum += weigh((source + 0.5 - center) / unit);
    for (let source = first; source < end; source++) {
      weights[at + pixel * from + start + source] = weigh((source + 0.5 - center) / unit) / sum;
    }
  }
}
