import { z } from "zod";

/**
 * The noise that the second predictor's target positions get; defaults are the noise preset `edm`. See docs/method.md#noise.
 * The three EDM numbers are stated by the paper (NVlabs/edm 008a4e5, training/loss.py, `EDMLoss`).
 */
export const NoiseConfig = z.strictObject({
  /**
   * `none`: the second predictor sees clean positions too; `single`: one draw per step, shared by all target blocks;
   * `multi`: a draw per block; `frozen`: one draw for the whole training, shared by all blocks.
   */
  level: z.enum(["none", "single", "multi", "frozen"]).default("multi"),
  /** `edm-lognormal`: σ = exp(pMean + pStd·ε); `sigma-data`: the constant sigmaData, Algorithm 1 by the letter. */
  sigma: z.enum(["edm-lognormal", "sigma-data"]).default("edm-lognormal"),
  /**
   * What shares one σ (only with `edm-lognormal`). `default` is `per-image-block` with `multi` and `per-image` else.
   * With `single` and `frozen` blocks share their draws, so that `per-image-block` is `per-image` there.
   */
  sigmaScope: z.enum(["default", "per-image-block", "per-image", "per-block", "per-token"]).default("default"),
  /** `per-token`: independent over tokens and channels; `per-block`: one vector shifts all tokens of a block. */
  shape: z.enum(["per-token", "per-block"]).default("per-token"),
  /** `per-image`: images have noise of their own; `batch-shared`: one draw for all images of the batch. */
  imageScope: z.enum(["per-image", "batch-shared"]).default("per-image"),
  /**
   * `pos`: added to the P-wide position embeddings (Algorithm 1); `projected`: D-wide noise that goes through the weights
   * of the noisy predictor's `predictor_embed` first, so that training can shrink it (StoP, arXiv 2308.00566, matrix A).
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
