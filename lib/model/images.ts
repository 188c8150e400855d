import type { DataConfig } from "../config";
import { inFloat32, tf } from "../engine";

/**
 * Images as the encoder takes them: [0, 255] to [0, 1], then less the mean and over the spread of each channel.
 *
 * @param pixels  [B, H, W, C] uint8, or float32 of that range
 * @returns       [B, H, W, C] float32
 */
export function normalizeImages(pixels: tf.Tensor4D, { mean, std }: Pick<DataConfig, "mean" | "std">): tf.Tensor4D {
  const shares = tf.div(tf.cast(pixels, "float32"), 255);
  return tf.div(tf.sub(shares, tf.tensor1d(mean)), tf.tensor1d(std));
}

/**
 * Crop and resize of each image as two batched matrix products: out = rows · image · columnsᵀ, for every channel.
 * In float32 whatever the step's precision: images are the same for every run.
 *
 * @param images   [B, H, W, C] float32
 * @param rows     [B, S, H] float32, from `boxWeights` or `cropWeights`
 * @param columns  [B, S, W] float32
 * @returns        [B, S, S, C] float32
 */
export function resampleImages(images: tf.Tensor4D, rows: tf.Tensor3D, columns: tf.Tensor3D): tf.Tensor4D {
  const [batch, height, width, channels] = images.shape;
  const size = rows.shape[1];
  const tall = inFloat32(() => tf.matMul(rows, tf.reshape(images, [batch, height, width * channels])));
  const turned = tf.transpose(tf.reshape(tall, [batch, size, width, channels]), [0, 2, 1, 3]);
  const both = inFloat32(() => tf.matMul(columns, tf.reshape(turned, [batch, width, size * channels])));
  return tf.transpose(tf.reshape(both, [batch, size, size, channels]), [0, 2, 1, 3]) as tf.Tensor4D;
}
