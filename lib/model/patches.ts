import type { Grid, ModelConfig } from "../config";
import { tf } from "../engine";
import { ShapeError } from "../errors";

/** The number of patches down and across in the model's images. */
export function patchGrid(config: Pick<ModelConfig, "imageSize" | "patchSize">): Grid {
  const side = config.imageSize / config.patchSize;
  return { height: side, width: side };
}

/**
 * Images cut into patches, the pixels of each in the order of the patch convolution's weights.
 *
 * @param images  [B, H, W, C] float32
 * @returns       [B·N, C·p·p], channel slowest
 * @throws {ShapeError} when the images do not have the model's size
 */
export function takePatches(images: tf.Tensor4D, config: ModelConfig): tf.Tensor2D {
  const { imageSize, patchSize, channels } = config;
  const [batch, height, width, depth] = images.shape;
  if (height !== imageSize || width !== imageSize || depth !== channels) {
    throw new ShapeError(
      `images: expected [B, ${imageSize}, ${imageSize}, ${channels}], got [${images.shape.join(", ")}]`,
    );
  }
  const side = imageSize / patchSize;
  const cut: tf.Tensor<tf.Rank.R6> = tf.reshape(images, [batch, side, patchSize, side, patchSize, channels]);
  const ordered = tf.transpose(cut, [0, 1, 3, 5, 2, 4]);
  return tf.reshape(ordered, [batch * side * side, channels * patchSize * patchSize]);
}

/**
 * Rows of [B·N, D] at [B', K] patch indices, where row b' of the indices refers to image b' mod B (B images).
 *
 * @returns [B'·K, D]
 */
export function gatherPatches(x: tf.Tensor2D, indices: tf.Tensor2D, images: number): tf.Tensor2D {
  const patches = x.shape[0] / images;
  const starts = Int32Array.from({ length: indices.shape[0] }, (_, row) => (row % images) * patches);
  const flat = tf.add(indices, tf.tensor2d(starts, [indices.shape[0], 1], "int32"));
  return tf.gather(x, tf.reshape(flat, [-1]) as tf.Tensor1D);
}
