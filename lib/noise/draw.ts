import type { NoiseConfig } from "../config";
import { statelessNormal, tf } from "../engine";

/** Sizes of one step's noise. */
export interface NoiseShape {
  /** Images, B. */
  batch: number;
  /** Target blocks per image, L. */
  blocks: number;
  /** Patches per target block, Kp. */
  tokens: number;
  /** Width of the position embedding, P; in the space `projected` the encoder's, D. */
  width: number;
  /** Draw for so many patches and give the first `tokens`: the same numbers whatever the block's size or padding. */
  drawTokens?: number;
}

/** Told apart from the key of the element draws by this offset. */
const SIGMA_KEY = [0x5167, 0x3a11];

/**
 * Noise for the target positions of the second predictor, or null with level `none`.
 *
 * Reads no value, so that it runs eagerly and while a graph is captured. XLA has a generator of its own, which gives
 * other numbers for a key than TensorFlow's kernels: draw outside of what XLA compiles where the two must agree.
 *
 * @param key  [2] int32, `rng(seed).fold("noise").fold(step).key()`; for level `frozen` without the step
 * @returns    [L·B, Kp, P] float32, block-major
 */
export function drawNoise(config: NoiseConfig, shape: NoiseShape, key: tf.Tensor1D): tf.Tensor3D | null {
  if (config.level === "none") return null;
  const { batch, blocks, tokens, width, drawTokens = tokens } = shape;
  return tf.tidy(() => {
    const drawn = [
      config.level === "multi" ? blocks : 1,
      config.imageScope === "per-image" ? batch : 1,
      config.shape === "per-token" ? drawTokens : 1,
      width,
    ];
    const noise = tf.mul(statelessNormal(drawn, key), noiseSigmas(config, shape, key));
    const whole = tf.broadcastTo(firstTokens(noise, tokens), [blocks, batch, tokens, width]);
    return tf.reshape(whole, [blocks * batch, tokens, width]) as tf.Tensor3D;
  });
}

/**
 * The σ of each part of the noise.
 *
 * @returns float32, broadcastable to [L, B, drawTokens, P]: a dimension is 1 where the σ is shared along it
 */
export function noiseSigmas(config: NoiseConfig, shape: NoiseShape, key: tf.Tensor1D): tf.Tensor4D {
  if (config.level === "none" || config.sigma === "sigma-data") {
    return tf.fill([1, 1, 1, 1], config.level === "none" ? 0 : config.sigmaData);
  }
  const { batch, blocks, tokens, drawTokens = tokens } = shape;
  const levels = config.level === "multi" ? blocks : 1;
  const sizes = {
    "per-image-block": [levels, batch, 1, 1],
    "per-image": [1, batch, 1, 1],
    "per-block": [levels, 1, 1, 1],
    "per-token": [levels, batch, drawTokens, 1],
  };
  const scope = config.sigmaScope === "default" ? defaultScope(config.level) : config.sigmaScope;
  return tf.tidy(() => {
    const draws = statelessNormal(sizes[scope], tf.add(key, tf.tensor1d(SIGMA_KEY, "int32")));
    return tf.exp(tf.add(tf.mul(draws, config.pStd), config.pMean)) as tf.Tensor4D;
  });
}

function defaultScope(level: NoiseConfig["level"]): "per-image-block" | "per-image" {
  return level === "multi" ? "per-image-block" : "per-image";
}

function firstTokens(noise: tf.Tensor, tokens: number): tf.Tensor {
  const [blocks, batch, drawn, width] = noise.shape as [number, number, number, number];
  return drawn > tokens ? tf.slice(noise, [0, 0, 0, 0], [blocks, batch, tokens, width]) : noise;
}
