import { tf } from "../engine";
import type { CropBox } from "./crop-box";
import { filterReach, type Interpolation } from "./filter";

/** A filter's weight as a function of distance, in pixels of the coarser of the two images. */
const weigh: Record<Interpolation, (distance: tf.Tensor) => tf.Tensor> = {
  bilinear: (distance) => tf.relu(tf.sub(1, distance)),
  bicubic: cubic,
};

/** The part of each image that is used. */
export interface Crops {
  /** [B, 4] float32: top, left, height, width in whole pixels, inside the image. */
  boxes: tf.Tensor2D;
  /** [B] float32, 1 for a horizontally flipped image, else 0; omitted: none is flipped. */
  mirrored?: tf.Tensor1D;
}

/** Boxes in the form `Crops` takes; the caller disposes the tensor. */
export function boxTensor(boxes: readonly CropBox[]): tf.Tensor2D {
  const rows = boxes.map(({ top, left, height, width }) => [top, left, height, width]);
  return tf.tensor2d(rows, [boxes.length, 4]);
}

/**
 * Crops of images, resized with antialiasing on the device that uses them: a step is sent only four numbers per image.
 *
 * Rows first, then columns; each output line is a sum of the few input lines its filter reaches. As products with dense
 * weight matrices, nearly all zero, it took six times as long.
 *
 * This follows Pillow's definition for a cropped image except for the 8-bit arithmetic: Pillow rounds to whole gray
 * levels after each of its two passes.
 *
 * @param pixels [B, H, W, C] uint8, or float32
 * @returns      [B, size, size, C] float32, in the pixels' units; bicubic overshoots their range
 *
 * Source: Pillow 13.0.0, src/libImaging/Resample.c, precompute_coeffs and the filters; a = −½ for bicubic.
 */
export function cropImages(
  pixels: tf.Tensor4D,
  { boxes, mirrored }: Crops,
  size: number,
  interpolation: Interpolation,
): tf.Tensor4D {
  const [count, height, width, channels] = pixels.shape;
  const [top, left, tall, wide] = tf.split(boxes, 4, 1) as [tf.Tensor2D, tf.Tensor2D, tf.Tensor2D, tf.Tensor2D];
  const rows = filterTaps(top, tall, { from: height, to: size, interpolation });
  const columns = filterTaps(left, wide, { from: width, to: size, interpolation });
  const short = filterRows(tf.reshape(pixels, [count, height, width * channels]), rows);
  const seen = mirrored ? mirrorColumns(columns, mirrored) : columns;
  return filterColumns(tf.reshape(short, [count, size, width, channels]), seen);
}

/** The input lines that contribute to each output line, and their weights: both [B, to, taps]. */
interface Taps {
  /** int32, inside the image. */
  lines: tf.Tensor3D;
  /** float32, summing to one for each output line; 0 for lines outside the box. */
  weights: tf.Tensor3D;
}

/** Exceeds the largest float32 rounding error at a few thousand pixels, so that a filter never starts a line early. */
const ROUNDING = 1e-4;

/** @param start, length of the box along this side, [B, 1] float32 */
function filterTaps(
  start: tf.Tensor2D,
  length: tf.Tensor2D,
  { from, to, interpolation }: { from: number; to: number; interpolation: Interpolation },
): Taps {
  const reach = filterReach[interpolation];
  const scale = tf.div(length, to);
  const unit = tf.maximum(scale, 1);
  const middle = tf.mul(tf.add(tf.range(0, to, 1, "float32"), 0.5), scale);
  const first = tf.relu(tf.floor(tf.add(tf.sub(middle, tf.mul(unit, reach)), 0.5 + ROUNDING)));
  const taps = Math.ceil(2 * reach * Math.max(1, from / to));
  // Relative to the box's first line: [B, to, taps].
  const source = tf.add(tf.expandDims(first, 2), tf.range(0, taps, 1, "float32"));
  const distance = tf.abs(tf.sub(tf.add(source, 0.5), tf.expandDims(middle, 2)));
  const inside = tf.cast(tf.less(source, tf.expandDims(length, 2)), "float32");
  const unscaled = tf.mul(weigh[interpolation](tf.div(distance, tf.expandDims(unit, 2))), inside);
  return {
    lines: tf.cast(tf.minimum(tf.add(source, tf.expandDims(start, 2)), from - 1), "int32") as tf.Tensor3D,
    weights: tf.div(unscaled, tf.sum(unscaled, 2, true)) as tf.Tensor3D,
  };
}

/** The columns' taps, in reverse order for flipped images. */
function mirrorColumns({ lines, weights }: Taps, mirrored: tf.Tensor1D): Taps {
  const isMirrored = tf.cast(tf.reshape(mirrored, [-1, 1, 1]), "bool");
  const mirror = (taps: tf.Tensor3D): tf.Tensor3D => tf.where(isMirrored, tf.reverse(taps, 1), taps);
  return { lines: mirror(lines), weights: mirror(weights) };
}

/** Each output row as the weighted sum of its taps: [B, from, N] to [B, to, N] float32. */
function filterRows(images: tf.Tensor3D, { lines, weights }: Taps): tf.Tensor3D {
  const [count, from, length] = images.shape;
  const [, to, taps] = lines.shape;
  const all = tf.reshape(images, [count * from, length]);
  const offsets = tf.tensor3d(
    Array.from({ length: count }, (_, image) => image * from),
    [count, 1, 1],
    "int32",
  );
  const places = tf.unstack(tf.reshape(tf.add(lines, offsets), [count * to, taps]), 1) as tf.Tensor1D[];
  const shares = tf.split(tf.reshape(weights, [count * to, taps]), taps, 1) as tf.Tensor2D[];
  const parts = places.map((place, tap) =>
    tf.mul(tf.cast(tf.gather(all, place), "float32"), shares[tap] as tf.Tensor2D),
  );
  return tf.reshape(tf.addN(parts), [count, to, length]);
}

/**
 * Each output column likewise: [B, H, from, C] to [B, H, to, C] float32. Pixels are gathered in place: transposing the
 * image, so that columns become rows, and transposing back took a quarter longer.
 */
function filterColumns(images: tf.Tensor4D, { lines, weights }: Taps): tf.Tensor4D {
  const [count, to, taps] = lines.shape;
  const places = tf.unstack(lines, 2) as tf.Tensor2D[];
  const shares = tf.split(weights, taps, 2).map((share) => tf.reshape(share, [count, 1, to, 1]));
  const parts = places.map((place, tap) => tf.mul(tf.gather(images, place, 2, 1), shares[tap] as tf.Tensor4D));
  return tf.addN(parts) as tf.Tensor4D;
}

/** Keys' cubic with a = −½: (1.5d − 2.5)d² + 1 below 1, ((−0.5d + 2.5)d − 4)d + 2 below 2. */
function cubic(distance: tf.Tensor): tf.Tensor {
  const d = tf.minimum(distance, 2);
  const near = tf.add(tf.mul(tf.mul(tf.sub(tf.mul(d, 1.5), 2.5), d), d), 1);
  const far = tf.add(tf.mul(tf.sub(tf.mul(tf.add(tf.mul(d, -0.5), 2.5), d), 4), d), 2);
  const isNear = tf.cast(tf.less(d, 1), "float32");
  return tf.add(tf.mul(near, isNear), tf.mul(far, tf.sub(1, isNear)));
}
