import type { DataConfig } from "../config";
import { tf } from "../engine";

type Interpolation = NonNullable<DataConfig["crop"]>["interpolation"];

/** A filter's weight by distance, in pixels of the coarser of the two images. */
const filters: Record<Interpolation, (distance: tf.Tensor) => tf.Tensor> = {
  bilinear: (distance) => tf.relu(tf.sub(1, distance)),
  bicubic: cubic,
};

/**
 * Weights that cut boxes out of images and resize them, computed where they are used: a step is sent four numbers per
 * image instead of two matrices. What `cropWeights` computes on the host.
 *
 * @param boxes [B, 4] float32: top, left, height, width in whole pixels, inside the image
 * @returns     rows [B, S, H] and columns [B, S, W] float32, S the `size`
 *
 * Source: Pillow 13.0.0, src/libImaging/Resample.c, precompute_coeffs and the filters; a = −½ for bicubic.
 */
export function boxWeights(
  boxes: tf.Tensor2D,
  image: { height: number; width: number },
  size: number,
  interpolation: Interpolation,
): { rows: tf.Tensor3D; columns: tf.Tensor3D } {
  const [top, left, height, width] = tf.split(boxes, 4, 1) as [tf.Tensor2D, tf.Tensor2D, tf.Tensor2D, tf.Tensor2D];
  return {
    rows: sideWeights(top, height, image.height, size, interpolation),
    columns: sideWeights(left, width, image.width, size, interpolation),
  };
}

/** One side: [B, size, from]. */
function sideWeights(
  start: tf.Tensor2D,
  length: tf.Tensor2D,
  from: number,
  size: number,
  interpolation: Interpolation,
): tf.Tensor3D {
  const centers = tf.add(tf.range(0, size, 1, "float32"), 0.5);
  const sources = tf.add(tf.range(0, from, 1, "float32"), 0.5);
  const scale = tf.expandDims(tf.div(length, size), 2);
  // Of the source pixels from the box's first one: [B, 1, from].
  const inBox = tf.expandDims(tf.sub(tf.reshape(sources, [1, from]), start), 1);
  const middle = tf.mul(tf.reshape(centers, [1, size, 1]), scale);
  const distance = tf.div(tf.abs(tf.sub(inBox, middle)), tf.maximum(scale, 1));
  const inside = tf.logicalAnd(tf.greater(inBox, 0), tf.less(inBox, tf.expandDims(length, 2)));
  const weights = tf.mul(filters[interpolation](distance), tf.cast(inside, "float32"));
  return tf.div(weights, tf.sum(weights, 2, true)) as tf.Tensor3D;
}

/** Keys' cubic with a = −½: (1.5d − 2.5)d² + 1 below 1, ((−0.5d + 2.5)d − 4)d + 2 below 2. */
function cubic(distance: tf.Tensor): tf.Tensor {
  const d = tf.minimum(distance, 2);
  const near = tf.add(tf.mul(tf.mul(tf.sub(tf.mul(d, 1.5), 2.5), d), d), 1);
  const far = tf.add(tf.mul(tf.sub(tf.mul(tf.add(tf.mul(d, -0.5), 2.5), d), 4), d), 2);
  const isNear = tf.cast(tf.less(d, 1), "float32");
  return tf.add(tf.mul(near, isNear), tf.mul(far, tf.sub(1, isNear)));
}
