import type { NoiseConfig } from "../config";
import { normalAt, tf } from "../engine";

/** Sizes of one step's noise. */
export interface NoiseShape {
  /** Images, B. */
  images: number;
  /** Target blocks per image, L. */
  blocks: number;
  /** Patches per target block, Kp. */
  tokens: number;
  /** Width of the position embedding, P; in the space `projected`, the encoder's, D. */
  width: number;
  /**
   * Upper bound on patches per block, so the first ones get the same noise at any block size or padding. Default
   * `tokens`.
   */
  mostTokens?: number;
  /** Which images of a larger batch these are; absent: the whole batch. */
  part?: NoisePart;
}

/** The position of some images in a batch; int32 scalars, so that a compiled function accepts any part. */
export interface NoisePart {
  /** Index of the first image in the batch. */
  firstImage: tf.Scalar;
  /** Number of images in the whole batch. */
  batchSize: tf.Scalar;
}

/** Added to the key of the elementwise draws, so that the levels are drawn independently. */
const SIGMA_KEY = [0x5167, 0x3a11];

/**
 * Noise for the target positions of the noisy predictor, or null with level `none`.
 *
 * Each number depends only on the key and its index, both eagerly and compiled: see `normalAt`.
 *
 * @param key  [2] int32, `rng(seed).fold("noise").fold(step).key()`; for level `frozen` without the step
 * @returns    [L·B, Kp, P] float32, block-major
 */
export function drawNoise(key: tf.Tensor1D, shape: NoiseShape, config: NoiseConfig): tf.Tensor3D | null {
  if (config.level === "none") return null;
  const { blocks, tokens, width } = shape;
  return tf.tidy(() => {
    const levels = config.level === "multi" ? blocks : 1;
    const perImage = config.imageScope === "per-image";
    const sizes = [levels, perImage, config.shape === "per-token" ? tokens : 1, width] as const;
    const noise = tf.mul(normalAt(places(sizes, shape), key), noiseSigmas(key, shape, config));
    const whole = tf.broadcastTo(noise, [blocks, shape.images, tokens, width]);
    return tf.reshape(whole, [blocks * shape.images, tokens, width]) as tf.Tensor3D;
  });
}

/**
 * The σ of each part of the noise.
 *
 * @returns float32, broadcastable to [L, B, Kp, P]: a dimension is 1 where the σ is shared along it
 */
export function noiseSigmas(key: tf.Tensor1D, shape: NoiseShape, config: NoiseConfig): tf.Tensor4D {
  if (config.level === "none" || config.sigma === "sigma-data") {
    return tf.fill([1, 1, 1, 1], config.level === "none" ? 0 : config.sigmaData);
  }
  const { blocks, tokens } = shape;
  const levels = config.level === "multi" ? blocks : 1;
  const sizes = {
    "per-image-block": [levels, true, 1, 1],
    "per-image": [1, true, 1, 1],
    "per-block": [levels, false, 1, 1],
    "per-token": [levels, true, tokens, 1],
  } as const;
  const scope = config.sigmaScope === "default" ? defaultScope(config.level) : config.sigmaScope;
  return tf.tidy(() => {
    const draws = normalAt(places(sizes[scope], shape), tf.add(key, tf.tensor1d(SIGMA_KEY, "int32")));
    return tf.exp(tf.add(tf.mul(draws, config.pStd), config.pMean)) as tf.Tensor4D;
  });
}

function defaultScope(level: NoiseConfig["level"]): "per-image-block" | "per-image" {
  return level === "multi" ? "per-image-block" : "per-image";
}

/**
 * Counter offsets of these images' blocks, as if the whole batch were drawn with the most tokens per block.
 *
 * @param perImage  whether each image has its own, also where a part of a batch is a single image
 */
function places(
  [blocks, perImage, tokens, channels]: readonly [number, boolean, number, number],
  { images, tokens: given, width, mostTokens = given, part }: NoiseShape,
): tf.Tensor4D {
  const along = (size: number, axis: number) => {
    const shape = [1, 1, 1, 1];
    shape[axis] = size;
    return tf.reshape(tf.range(0, size, 1, "int32"), shape);
  };
  const own = along(perImage ? images : 1, 1);
  const image = part && perImage ? tf.add(own, part.firstImage) : own;
  const ofBatch = part ? part.batchSize : tf.scalar(images, "int32");
  const rows = tf.add(tf.mul(along(blocks, 0), ofBatch), image);
  const token = tf.add(tf.mul(rows, tf.scalar(mostTokens, "int32")), along(tokens, 2));
  return tf.add(tf.mul(token, tf.scalar(width, "int32")), along(channels, 3)) as tf.Tensor4D;
}
