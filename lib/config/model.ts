import { z } from "zod";

/**
 * Sizes of the encoder and the predictors. Source: I-JEPA 52c1ae9, src/models/vision_transformer.py;
 * docs/method.md#encoder and #predictors.
 * Sizes have no defaults: a preset gives them.
 */
export const ModelConfig = z.strictObject({
  /** Side of the square image in pixels. */
  imageSize: z.int().positive(),
  /** Channels per pixel, C. */
  channels: z.int().positive(),
  /** Side of a patch in pixels; divides imageSize. */
  patchSize: z.int().positive(),
  /** Width of the encoder, D; a multiple of numHeads and of 4. */
  embedDim: z.int().positive(),
  /** Blocks of the encoder. */
  depth: z.int().positive(),
  /** Attention heads of the encoder. */
  numHeads: z.int().positive(),
  /** Ratio of an MLP's hidden width to its input width. */
  mlpRatio: z.number().positive().default(4),
  /** Number of blocks in a predictor (paper: 6). */
  predictorDepth: z.int().positive(),
  /** Width of a predictor, P; a multiple of predictorNumHeads and of 4. */
  predictorEmbedDim: z.int().positive(),
  /** Attention heads of a predictor (I-JEPA: the encoder's number). */
  predictorNumHeads: z.int().positive(),
  /** Two predictors, or one that is called twice (paper Table 6a: 67.9 / 67.3). */
  predictorParams: z.enum(["unshared", "shared"]).default("unshared"),
  /** A mask token for each predictor call, or one for both (paper Table 5b: 67.9 / 66.5). */
  maskToken: z.enum(["unshared", "shared"]).default("unshared"),
  /**
   * Standard deviation of initial weights. `constant`: 0.02 at any size (I-JEPA). `fan-in`: a ViT-B/16's, 0.02 · √(768
   * / n) for a weight with n inputs. In a narrow model 0.02 is too small: a 4×4 gray patch then contributes a hundredth
   * of what its position adds, and a short training learns hardly anything but position.
   */
  initSpread: z.enum(["constant", "fan-in"]).default("constant"),
  /** Divide each block's output weights by √(2·index), as I-JEPA's class intends and its training overwrites. */
  initDepthRescale: z.boolean().default(false),
});
export interface ModelConfig extends z.infer<typeof ModelConfig> {}
