import type { ModelConfig } from "../config";
import { tf } from "../engine";
import { scoreBias } from "./attention";
import { block } from "./block";
import { layerNorm } from "./layer-norm";
import { type Parameters, parameter } from "./parameters";
import { gatherPatches, patchGrid, takePatches } from "./patches";
import { positionEmbedding } from "./position-embedding";

/** Which encoder: the trained network (student), or its moving average (teacher). */
export type Encoder = "student" | "teacher";

/** The input of an encoder. */
export interface EncoderInputs {
  /** [B, H, W, C] float32, normalized. */
  images: tf.Tensor4D;
  /** [R, K] int32 indices of the visible patches, row r from image r mod B; absent: all N of each image. */
  patches?: tf.Tensor2D;
  /** [R, K] float32, 1 for a token that counts and 0 for padding, whose own output means nothing; absent: all count. */
  counted?: tf.Tensor2D;
}

/** Name prefix of an encoder's weights. */
const PREFIX = { student: "encoder", teacher: "target_encoder" } as const;

/**
 * Latent tokens of images, or of given patches of them, after the final norm.
 *
 * Patches are selected before projection: the result is the same, without projecting what is dropped.
 *
 * @param of  which encoder's weights in `params` to use
 * @returns   [R, K, D] float32, or [B, N, D] for whole images
 *
 * Source: facebookresearch/ijepa@52c1ae9, src/models/vision_transformer.py, `VisionTransformer.forward`;
 * docs/method.md#encoder.
 */
export function encode(params: Parameters, of: Encoder, seen: EncoderInputs, config: ModelConfig): tf.Tensor3D {
  return encodeLayers(params, of, seen, config, 1)[0] as tf.Tensor3D;
}

/**
 * The latents of some patches of fully visible images: those of `encode` at `wanted`, without what the last block would
 * compute only for the others.
 *
 * @param wanted  [B, U] int32 patches
 * @returns       [B, U, D] float32
 */
export function encodeAt(
  params: Parameters,
  of: Encoder,
  { images, wanted }: { images: tf.Tensor4D; wanted: tf.Tensor2D },
  config: ModelConfig,
): tf.Tensor3D {
  const [rows, count] = wanted.shape;
  let x = embedPatches(params, of, { images }, config);
  const shape = { rows, tokens: x.shape[0] / rows };
  const kept = { tokens: count, take: (all: tf.Tensor2D) => gatherPatches(all, wanted, rows) };
  for (let index = 0; index < config.depth; index++) {
    const given = index === config.depth - 1 ? kept : undefined;
    x = block(params, `${PREFIX[of]}.blocks.${index}`, x, shape, config.numHeads, undefined, given);
  }
  return tf.reshape(layerNorm(params, `${PREFIX[of]}.norm`, x), [rows, count, config.embedDim]);
}

/**
 * The outputs of the last `layers` blocks, earliest first, each after the final norm: the basis of `last4` features.
 *
 * @returns `layers` tensors [B, K, D]; fewer when the encoder has fewer blocks
 */
export function encodeLayers(
  params: Parameters,
  of: Encoder,
  seen: EncoderInputs,
  config: ModelConfig,
  layers: number,
): tf.Tensor3D[] {
  const { images, patches, counted } = seen;
  const rows = patches?.shape[0] ?? images.shape[0];
  let x = embedPatches(params, of, seen, config);
  const shape = { rows, tokens: x.shape[0] / rows };
  const bias = counted && scoreBias(counted);
  const outputs: tf.Tensor3D[] = [];
  for (let index = 0; index < config.depth; index++) {
    x = block(params, `${PREFIX[of]}.blocks.${index}`, x, shape, config.numHeads, bias);
    if (index < config.depth - layers) continue;
    outputs.push(tf.reshape(layerNorm(params, `${PREFIX[of]}.norm`, x), [rows, shape.tokens, config.embedDim]));
  }
  return outputs;
}

/**
 * The tokens of whole images at every point of the residual stream: after the patch projection, and after each block's
 * attention and MLP; each after the final norm, so that the last one equals the output of `encode`.
 *
 * @returns 1 + 2 · depth tensors [B, N, D]
 */
export function encodeParts(
  params: Parameters,
  of: Encoder,
  { images }: Pick<EncoderInputs, "images">,
  config: ModelConfig,
): tf.Tensor3D[] {
  let x = embedPatches(params, of, { images }, config);
  const shape = { rows: images.shape[0], tokens: x.shape[0] / images.shape[0] };
  const parts = [x];
  for (let index = 0; index < config.depth; index++) {
    const name = `${PREFIX[of]}.blocks.${index}`;
    x = block(params, name, x, shape, config.numHeads, undefined, undefined, (attended) => parts.push(attended));
    parts.push(x);
  }
  return parts.map((part) =>
    tf.reshape(layerNorm(params, `${PREFIX[of]}.norm`, part), [shape.rows, shape.tokens, config.embedDim]),
  );
}

/** The projected patches with positions added, [R·K, D] or [B·N, D]: the input of the first block. */
export function embedPatches(
  params: Parameters,
  of: Encoder,
  { images, patches: seen }: Pick<EncoderInputs, "images" | "patches">,
  config: ModelConfig,
): tf.Tensor2D {
  const { embedDim } = config;
  const batch = images.shape[0];
  const grid = patchGrid(config);
  const patches = takePatches(images, config);
  const positions = tf.tensor2d(positionEmbedding(grid, embedDim), [grid.height * grid.width, embedDim]);
  const kernel = parameter(params, `${PREFIX[of]}.patch_embed.proj.weight`);
  const weight: tf.Tensor2D = tf.reshape(kernel, [embedDim, patches.shape[1]]);
  const bias = parameter(params, `${PREFIX[of]}.patch_embed.proj.bias`);
  const project = (pixels: tf.Tensor2D): tf.Tensor2D => tf.add(tf.matMul(pixels, weight, false, true), bias);
  if (seen) {
    const places = tf.gather(positions, tf.reshape(seen, [-1]) as tf.Tensor1D);
    return tf.add(project(gatherPatches(patches, seen, batch)), places);
  }
  const tokens: tf.Tensor3D = tf.reshape(project(patches), [batch, -1, embedDim]);
  return tf.reshape(tf.add(tokens, positions), [-1, embedDim]);
}
