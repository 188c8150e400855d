import { z } from "zod";

/**
 * Noise on the second predictor's target positions; defaults are the noise preset `edm`. See docs/method.md#noise.
 * The three EDM numbers are stated by the paper (NVlabs/edm 008a4e5, training/loss.py, `EDMLoss`).
 */
export const NoiseConfig = z.strictObject({
  /**
   * `none`: the second predictor also sees clean positions; `single`: one draw per step, shared by all target blocks;
   * `multi`: a draw per block; `frozen`: one draw for the whole training, shared by all blocks.
   */
  level: z.enum(["none", "single", "multi", "frozen"]).default("multi"),
  /** `edm-lognormal`: σ = exp(pMean + pStd·ε); `sigma-data`: the constant sigmaData, Algorithm 1 taken literally. */
  sigma: z.enum(["edm-lognormal", "sigma-data"]).default("edm-lognormal"),
  /**
   * What shares one σ (only with `edm-lognormal`). `default` is `per-image-block` with `multi` and `per-image`
   * otherwise. With `single` and `frozen`, blocks share their draws, so `per-image-block` is the same as `per-image`.
   */
  sigmaScope: z.enum(["default", "per-image-block", "per-image", "per-block", "per-token"]).default("default"),
  /** `per-token`: independent over tokens and channels; `per-block`: one vector shifts all tokens of a block. */
  shape: z.enum(["per-token", "per-block"]).default("per-token"),
  /** `per-image`: each image has its own noise; `batch-shared`: one draw for all images in the batch. */
  imageScope: z.enum(["per-image", "batch-shared"]).default("per-image"),
  /**
   * `pos`: added to the P-wide position embeddings (Algorithm 1); `projected`: D-wide noise that first goes through the
   * weights of the noisy predictor's `predictor_embed`, so that training can shrink it (StoP, arXiv 2308.00566, matrix
   * A).
   */
  space: z.enum(["pos", "projected"]).default("pos"),
  /** Mean of ln σ. */
  pMean: z.number().default(-1.2),
  /** Standard deviation of ln σ. */
  pStd: z.number().nonnegative().default(1.2),
  /** σ of `sigma-data`. */
  sigmaData: z.number().nonnegative().default(0.5),
});
export interface NoiseConfig extends z.infer<typeof NoiseConfig> {}
