import { z } from "zod";

const momentum = z.number().gte(0).lte(1);

/**
 * AdamW, its schedules and the teacher's; defaults are the paper's 100-epoch setting where it states one. See
 * docs/method.md#optimization.
 */
export const OptimizerConfig = z.strictObject({
  /** Passes over the training images. */
  epochs: z.number().positive(),
  /** Images per step, over all devices. */
  batchSize: z.int().positive(),
  /** Learning rate of step 0 (paper: 1e-4). */
  startLearningRate: z.number().nonnegative().default(1e-4),
  /** Learning rate at the end of the warm-up (paper: 1e-3). */
  learningRate: z.number().positive().default(1e-3),
  /** Learning rate at the end of `cosine` (I-JEPA: 1e-6); no effect with `constant`. */
  finalLearningRate: z.number().nonnegative().default(1e-6),
  /** Epochs of linear warm-up (paper: 40). */
  warmupEpochs: z.number().nonnegative().default(40),
  /** Schedule after the warm-up (paper: constant; I-JEPA: cosine). */
  learningRateSchedule: z.enum(["constant", "cosine"]).default("constant"),
  /** Decoupled weight decay at the start; follows a cosine to the final value. */
  weightDecay: z.number().nonnegative().default(0.04),
  finalWeightDecay: z.number().nonnegative().default(0.4),
  /** EMA momentum at the start, the share of the teacher kept per update; moves linearly to the final value. */
  emaMomentum: momentum.default(0.996),
  finalEmaMomentum: momentum.default(1),
  /** Schedules are stretched to this multiple of the run's length, so the run stops before their end (paper: 1.25). */
  ipeScale: z.number().gte(1).default(1.25),
  /** Decay rates of Adam's first and second moments, and the epsilon added to the root of the second. */
  beta1: z.number().gte(0).lt(1).default(0.9),
  beta2: z.number().gte(0).lt(1).default(0.999),
  epsilon: z.number().positive().default(1e-8),
  /**
   * Number of parts in which a batch is computed, one after the other, to save memory: gradients are averaged for one
   * step. Changes numbers only by rounding, as long as `masking.truncationScope` is `batch`.
   */
  microBatches: z.int().positive().default(1),
  /**
   * Largest L2 norm of the gradient over all parameters, beyond which it is scaled down; null (paper, I-JEPA): none.
   */
  clipNorm: z.number().positive().nullable().default(null),
});
export interface OptimizerConfig extends z.infer<typeof OptimizerConfig> {}
