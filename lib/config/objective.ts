import { z } from "zod";

/** What is minimized: lambdaCT·L_CT + lambdaNT·L_NT + lambdaCN·L_CN. Paper eq. 7–10; docs/method.md#losses. */
export const ObjectiveConfig = z.strictObject({
  /** `i-jepa`: L_CT alone, the noisy predictor is neither computed nor updated; `n-jepa`: all three terms. */
  method: z.enum(["i-jepa", "n-jepa"]).default("n-jepa"),
  /** Distance of L_CT and L_NT: smooth-L1 per element (I-JEPA), per token norm (eq. 7), or squared (Algorithm 1). */
  pred: z.enum(["elementwise", "token-norm", "l2"]).default("elementwise"),
  /** `mean` over all elements, or `paper-sum`: over tokens and channels summed, over blocks and images averaged. */
  reduction: z.enum(["mean", "paper-sum"]).default("mean"),
  /** Targets layer-normalized over channels without affine (I-JEPA), or as the teacher gives them. */
  targetNorm: z.enum(["layernorm", "none"]).default("layernorm"),
  /** Which side of L_CN gets no gradient (Algorithm 1: none is cut). */
  detach: z.enum(["none", "context", "noise"]).default("none"),
  /** Weight of L_CT, 1 unless told; 0 for the reading of Table 1 in which a term replaces L_CT (docs/method.md#readings). */
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
 * The method that is really run: where all weights of the noisy predictor's terms are 0 it could change nothing, so that
 * it does not exist, and the run is I-JEPA to the bit.
 */
export function effectiveMethod(
  config: Pick<ObjectiveConfig, "method" | (typeof NOISY_WEIGHTS)[number]>,
): ObjectiveConfig["method"] {
  return NOISY_WEIGHTS.every((name) => (config[name] ?? 0) === 0) ? "i-jepa" : config.method;
}
