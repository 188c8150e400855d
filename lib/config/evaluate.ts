import { z } from "zod";
import { share } from "./bounds";

/** How frozen features are extracted and probed. Spec (h), (i). */
export const EvaluateConfig = z.strictObject({
  /** Which encoder (paper: student; I-JEPA: teacher). */
  encoder: z.enum(["student", "teacher"]).default("student"),
  /** Mean token of the last block, or of the last four side by side, each after the final norm. */
  layers: z.enum(["last", "last4"]).default("last"),
  /** Shares of the training labels to probe with. */
  fractions: z.array(share).min(1).default([0.01, 0.1, 1]),
  /** Class-balanced label subsets drawn for each share below 1. */
  subsets: z.int().positive().default(5),
  /** `linear`: SGD on a linear layer; `logreg`: multinomial logistic regression with an L2 penalty. */
  protocol: z.enum(["linear", "logreg"]).default("linear"),
  /** Epochs of `linear` (paper: 50). */
  epochs: z.int().positive().default(50),
  /** Batch of `linear` (paper: 1024). */
  batchSize: z.int().positive().default(1024),
  /** Base rates of `linear`, times batchSize / 256; the best on held-out training labels is taken. */
  learningRates: z.array(z.number().positive()).min(1).default([0.001, 0.01, 0.1, 1]),
  /** Momentum of `linear` (DINO, eval_linear.py). */
  sgdMomentum: z.number().gte(0).lt(1).default(0.9),
  /** Penalties of `logreg` on standardized features, 1/C in scikit-learn's terms; the best on held-out labels is taken. */
  penalties: z.array(z.number().positive()).min(1).default([0.01, 0.1, 1, 10, 100, 1000]),
  /** Share of the labels held out to choose among rates or penalties; never the test split. */
  heldOut: z.number().gt(0).lt(1).default(0.2),
});
export interface EvaluateConfig extends z.infer<typeof EvaluateConfig> {}
