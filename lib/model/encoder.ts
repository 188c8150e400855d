import type { ModelConfig } from "../config";
import { tf } from "../engine";
import { scoreBias } from "./attention";
import { block } from "./block";
import { layerNorm } from "./layer-norm";
import { type Parameters, parameter } from "./parameters";
import { gatherPatches, patchGrid, takePatches } from "./patches";
import { positionEmbedding } from "./position-embedding";

/**
 * Latent tokens of images, or of the given patches of them, after the final norm.
 *
 * Patches are selected before they are projected: the same numbers as after, without projecting what is dropped.
 *
 * @param prefix   `encoder` or `target_encoder`
 * @param images   [B, H, W, C] float32, normalized
 * @param indices  [R, K] int32 patches to see, row r of image r mod B; absent: all N of each image
 * @param keyMask  [R, K] float32, 1 for a token that counts and 0 for padding, whose own output means nothing
 * @returns        [R, K, D] float32, or [B, N, D]
 *
 * Source: facebookresearch/ijepa@52c1ae9, src/models/vision_transformer.py, `VisionTransformer.forward`; spec (b).
 */
export function encode(
  params: Parameters,
  prefix: string,
  images: tf.Tensor4D,
  config: ModelConfig,
  indices?: tf.Tensor2D,
  keyMask?: tf.Tensor2D,
): tf.Tensor3D {
  return encodeLayers(params, prefix, images, config, 1, indices, keyMask)[0] as tf.Tensor3D;
}

/**
 * The latents of some patches of images that are seen whole: those of `encode` at `wanted`, without what the last block
 * would compute for the others alone.
 *
 * @param wanted  [B, U] int32 patches
 * @returns       [B, U, D] float32
 */
export function encodeAt(
  params: Parameters,
  prefix: string,
  images: tf.Tensor4D,
  config: ModelConfig,
  wanted: tf.Tensor2D,
): tf.Tensor3D {
  const [rows, count] = wanted.shape;
  let x = embedPatches(params, prefix, images, config);
  const shape = { rows, tokens: x.shape[0] / rows };
  const kept = { tokens: count, take: (all: tf.Tensor2D) => gatherPatches(all, wanted, rows) };
  for (let index = 0; index < config.depth; index++) {
    const given = index === config.depth - 1 ? kept : undefined;
    x = block(params, `${prefix}.blocks.${index}`, x, shape, config.numHeads, undefined, given);
  }
  return tf.reshape(layerNorm(params, `${prefix}.norm`, x), [rows, count, config.embedDim]);
}

/**
 * The outputs of the last `layers` blocks, earliest first, each after the final norm: what `last4` features are made of.
 *
 * @returns `layers` tensors [B, K, D]; fewer when the encoder has fewer blocks
 */
export function encodeLayers(
  params: Parameters,
  prefix: string,
  images: tf.Tensor4D,
  config: ModelConfig,
  layers: number,
  indices?: tf.Tensor2D,
  keyMask?: tf.Tensor2D,
): tf.Tensor3D[] {
  const rows = indices?.shape[0] ?? images.shape[0];
  let x = embedPatches(params, prefix, images, config, indices);
  const shape = { rows, tokens: x.shape[0] / rows };
  const bias = keyMask && scoreBias(keyMask);
  const outputs: tf.Tensor3D[] = [];
  for (let index = 0; index < config.depth; index++) {
    x = block(params, `${prefix}.blocks.${index}`, x, shape, config.numHeads, bias);
    if (index < config.depth - layers) continue;
    outputs.push(tf.reshape(layerNorm(params, `${prefix}.norm`, x), [rows, shape.tokens, config.embedDim]));
  }
  return outputs;
}

/** The projected patches, with their positions added: [R·K, D], or [B·N, D]. What the first block is given. */
export function embedPatches(
  params: Parameters,
  prefix: string,
  images: tf.Tensor4D,
  config: ModelConfig,
  indices?: tf.Tensor2D,
): tf.Tensor2D {
  const { embedDim } = config;
  const batch = images.shape[0];
  const grid = patchGrid(config);
  const patches = takePatches(images, config);
  const positions = tf.tensor2d(positionEmbedding(grid, embedDim), [grid.height * grid.width, embedDim]);
  const kernel = parameter(params, `${prefix}.patch_embed.proj.weight`);
  const weight: tf.Tensor2D = tf.reshape(kernel, [embedDim, patches.shape[1]]);
  const offset = parameter(params, `${prefix}.patch_embed.proj.bias`);
  const project = (pixels: tf.Tensor2D): tf.Tensor2D => tf.add(tf.matMul(pixels, weight, false, true), offset);
  if (indices) {
    const seen = tf.gather(positions, tf.reshape(indices, [-1]) as tf.Tensor1D);
    return tf.add(project(gatherPatches(patches, indices, batch)), seen);
  }
  const tokens: tf.Tensor3D = tf.reshape(project(patches), [batch, -1, embedDim]);
  return tf.reshape(tf.add(tokens, positions), [-1, embedDim]);
}
