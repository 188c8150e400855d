import { z } from "zod";
import { oneOrMore, share } from "./bounds";

/** How frozen features are extracted and probed: every combination of encoder, layers, protocol and fraction. Spec (h), (i). */
export const EvaluateConfig = z.strictObject({
  /**
   * What is probed, one or several: the `student` (paper), the `teacher` (I-JEPA, StoP), and two baselines: `untrained`,
   * the encoder at its first draw, and `pixels`, the images themselves.
   */
  encoder: oneOrMore(z.enum(["student", "teacher", "untrained", "pixels"])).default(["student"]),
  /** Mean token of the last block, of the last four side by side, each after the final norm; one or both. */
  layers: oneOrMore(z.enum(["last", "last4"])).default(["last"]),
  /** Shares of the training labels to probe with. */
  fractions: z.array(share).min(1).default([0.01, 0.1, 1]),
  /** Class-balanced label subsets drawn for each share below 1. */
  subsets: z.int().positive().default(5),
  /** Seed of the first subset; the others follow. */
  subsetSeed: z.int().nonnegative().default(0),
  /**
   * One or several of: `linear`, SGD on a linear layer over cached features; `logreg`, multinomial logistic regression
   * with an L2 penalty, to convergence.
   */
  protocol: oneOrMore(z.enum(["linear", "logreg"])).default(["linear"]),
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

/** What a person writes of it: what differs from the defaults. */
export interface EvaluateInput extends Partial<z.input<typeof EvaluateConfig>> {}
