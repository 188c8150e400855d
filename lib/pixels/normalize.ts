import type { DataConfig } from "../config";
import { tf } from "../engine";

/**
 * Images as the encoder takes them: scaled from [0, 255] to [0, 1], minus each channel's mean, divided by its std.
 *
 * @param pixels  [B, H, W, C] uint8, or float32 in that range
 * @returns       [B, H, W, C] float32
 */
export function normalizeImages(pixels: tf.Tensor4D, { mean, std }: Pick<DataConfig, "mean" | "std">): tf.Tensor4D {
  const shares = tf.div(tf.cast(pixels, "float32"), 255);
  return tf.div(tf.sub(shares, tf.tensor1d(mean)), tf.tensor1d(std));
}
