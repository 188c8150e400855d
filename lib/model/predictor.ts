import type { ModelConfig, NoiseConfig } from "../config";
import { tf } from "../engine";
import { requireChoice, ShapeError } from "../errors";
import { scoreBias } from "./attention";
import { block, lastTokens } from "./block";
import { layerNorm } from "./layer-norm";
import { linear } from "./linear";
import { type Parameters, type PredictorNames, parameter } from "./parameters";
import { patchGrid } from "./patches";
import { positionEmbedding } from "./position-embedding";

/** The inputs of a predictor for a batch with L target blocks per image; block rows are block-major (row l·B + b). */
export interface PredictorInputs {
  /** [B, Kc, D] the student's tokens. */
  context: tf.Tensor3D;
  /** [B, Kc] int32 patch indices of those tokens. */
  contextIndices: tf.Tensor2D;
  /** [L·B, Kp] int32 indices of the patches to predict. */
  targetIndices: tf.Tensor2D;
  /**
   * Noise on the target positions, [L·B, Kp, P], or [L·B, Kp, D] in space `projected`; absent for the clean predictor.
   */
  noise?: tf.Tensor3D | undefined;
  /** `projected`: noise goes through the weights (not the bias) of `predictor_embed` first. Default `pos`. */
  noiseSpace?: NoiseConfig["space"] | undefined;
  /** [B, Kc] and [L·B, Kp] float32, 1 for valid entries, 0 for padding; absent: all are valid. */
  masks?: { context: tf.Tensor2D; targets: tf.Tensor2D } | undefined;
}

/**
 * The predicted latents of the target patches.
 *
 * @returns [L·B, Kp, D] float32, rows as in `targetIndices`
 * @throws {ShapeError} when the number of target rows is not a multiple of the number of images
 *
 * Source: facebookresearch/ijepa@52c1ae9, src/models/vision_transformer.py, `VisionTransformerPredictor.forward`;
 * noise on positions: docs/method.md#predictors and #noise.
 */
export function predict(
  params: Parameters,
  names: PredictorNames,
  inputs: PredictorInputs,
  config: ModelConfig,
): tf.Tensor3D {
  const [rows, targetPatches] = inputs.targetIndices.shape;
  const blocks = rows / inputs.contextIndices.shape[0];
  const shape = { rows, tokens: inputs.contextIndices.shape[1] + targetPatches };
  let x = predictorTokens(params, names, inputs, config);
  const bias =
    inputs.masks && scoreBias(tf.concat([tf.tile(inputs.masks.context, [blocks, 1]), inputs.masks.targets], 1));
  for (let index = 0; index < config.predictorDepth; index++) {
    const kept = index === config.predictorDepth - 1 ? lastTokens(shape, targetPatches) : undefined;
    x = block(params, `${names.weights}.predictor_blocks.${index}`, x, shape, config.predictorNumHeads, bias, kept);
  }
  const normed = layerNorm(params, `${names.weights}.predictor_norm`, x);
  return tf.reshape(linear(params, `${names.weights}.predictor_proj`, normed), [rows, targetPatches, config.embedDim]);
}

/**
 * The input of a predictor's first block, [L·B·(Kc + Kp), P]: the context tokens projected to the predictor's width,
 * then a mask token for each patch to predict, all with positions added.
 */
export function predictorTokens(
  params: Parameters,
  names: PredictorNames,
  inputs: PredictorInputs,
  config: ModelConfig,
): tf.Tensor2D {
  const width = config.predictorEmbedDim;
  const [batch, contextPatches] = inputs.contextIndices.shape;
  const [rows, targetPatches] = inputs.targetIndices.shape;
  const blocks = rows / batch;
  if (!Number.isInteger(blocks)) {
    throw new ShapeError(`targetIndices: expected a multiple of ${batch} rows (blocks × images), got ${rows}`);
  }
  const grid = patchGrid(config);
  const table = tf.tensor2d(positionEmbedding(grid, width), [grid.height * grid.width, width]);
  const positionsAt = (indices: tf.Tensor2D) => tf.gather(table, tf.reshape(indices, [-1]) as tf.Tensor1D);

  const tokens: tf.Tensor2D = tf.reshape(inputs.context, [batch * contextPatches, config.embedDim]);
  const embedded = tf.add(
    linear(params, `${names.weights}.predictor_embed`, tokens),
    positionsAt(inputs.contextIndices),
  );
  const context = tf.tile(tf.reshape(embedded, [batch, contextPatches, width]), [blocks, 1, 1]);

  const clean: tf.Tensor3D = tf.reshape(positionsAt(inputs.targetIndices), [rows, targetPatches, width]);
  const positions = inputs.noise ? tf.add(clean, noiseAt(params, names, inputs, config)) : clean;
  const queries = tf.add(positions, parameter(params, names.maskToken));
  const all = tf.concat([context, queries as tf.Tensor3D], 1);
  return tf.reshape(all, [rows * (contextPatches + targetPatches), width]);
}

/** The noise in position space. */
function noiseAt(params: Parameters, names: PredictorNames, inputs: PredictorInputs, config: ModelConfig): tf.Tensor {
  const noise = inputs.noise as tf.Tensor3D;
  const [rows, patches, width] = noise.shape;
  const { noiseSpace = "pos" } = inputs;
  requireChoice("noiseSpace", noiseSpace, ["pos", "projected"]);
  const projected = noiseSpace === "projected";
  const expected = projected ? config.embedDim : config.predictorEmbedDim;
  if (width !== expected) {
    throw new ShapeError(`noise: expected a width of ${expected} in the space ${noiseSpace}, got ${width}`);
  }
  if (!projected) return noise;
  const weight = parameter(params, `${names.weights}.predictor_embed.weight`) as tf.Tensor2D;
  const mapped = tf.matMul(tf.reshape(noise, [rows * patches, width]), weight, false, true);
  return tf.reshape(mapped, [rows, patches, config.predictorEmbedDim]);
}
