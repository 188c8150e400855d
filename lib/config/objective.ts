import { z } from "zod";

/** What is minimized: lambdaCT·L_CT + lambdaNT·L_NT + lambdaCN·L_CN. Paper eq. 7–10; docs/method.md#losses. */
export const ObjectiveConfig = z.strictObject({
  /** `i-jepa`: L_CT alone, the noisy predictor is neither computed nor updated; `n-jepa`: all three terms. */
  method: z.enum(["i-jepa", "n-jepa"]).default("n-jepa"),
  /** Distance of L_CT and L_NT: smooth-L1 per element (I-JEPA), per token norm (eq. 7), or squared (Algorithm 1). */
  pred: z.enum(["elementwise", "token-norm", "l2"]).default("elementwise"),
  /** `mean` over all elements, or `paper-sum`: summed over tokens and channels, averaged over blocks and images. */
  reduction: z.enum(["mean", "paper-sum"]).default("mean"),
  /** Targets layer-normalized over channels without affine parameters (I-JEPA), or the teacher's raw output. */
  targetNorm: z.enum(["layernorm", "none"]).default("layernorm"),
  /** Side of L_CN that gets no gradient (Algorithm 1: none, both sides do). */
  detach: z.enum(["none", "context", "noise"]).default("none"),
  /**
   * Weight of L_CT, 1 by default; 0 for the reading of Table 1 in which a term replaces L_CT (docs/method.md#readings).
   */
  lambdaCT: z.number().nonnegative().optional(),
  /** Weight λ1 of L_NT. Required with `n-jepa`: the paper's values are lost. */
  lambdaNT: z.number().nonnegative().optional(),
  /** Weight λ2 of L_CN. Required with `n-jepa`: the paper's values are lost. */
  lambdaCN: z.number().nonnegative().optional(),
});
export interface ObjectiveConfig extends z.infer<typeof ObjectiveConfig> {}

/** Weights of the terms that need the noisy predictor. */
const NOISY_WEIGHTS = ["lambdaNT", "lambdaCN"] as const;

/**
 * The method actually run: where all weights of the noisy predictor's terms are 0, that predictor could change nothing,
 * so it is not built, and the run is bit-identical to I-JEPA.
 */
export function effectiveMethod(
  config: Pick<ObjectiveConfig, "method" | (typeof NOISY_WEIGHTS)[number]>,
): ObjectiveConfig["method"] {
  return NOISY_WEIGHTS.every((name) => (config[name] ?? 0) === 0) ? "i-jepa" : config.method;
}
