import { z } from "zod";
import { share } from "./bounds";

/**
 * When a training in a folder is saved, and which checkpoints are kept. Changes no number and is not part of the run's
 * key. The marks are where the paper finds better probes than at the end (epochs 80 of 100 and 550 of 600;
 * docs/method.md#optimization).
 */
export const CheckpointConfig = z.strictObject({
  /** Steps between two checkpoints; null: one after each epoch. */
  everySteps: z.int().positive().nullable().default(null),
  /** Seconds after which a checkpoint is due in any case. */
  everySeconds: z.number().positive().default(600),
  /** Number of newest checkpoints to keep. */
  keepLast: z.int().positive().default(2),
  /** Epochs between two checkpoints kept for good; null: none are kept for that reason. */
  keepEveryEpochs: z.int().positive().nullable().default(null),
  /** Shares of the run's steps at which a checkpoint is saved and kept. */
  keepMarks: z.array(share).default([0.8, 0.92]),
});
export interface CheckpointConfig extends z.infer<typeof CheckpointConfig> {}

/** Feature health during training, used to detect collapse; changes no trained number and no run key. */
export const DiagnosticsConfig = z.strictObject({
  /** Steps between two measurements; null: one after each epoch. */
  everySteps: z.int().positive().nullable().default(null),
  /** Number of training images to extract features from; twice the encoder's width where that is more. */
  images: z.int().min(2).default(256),
  /** `tell` reports that features collapsed; `stop` ends the training with a TrainError. */
  onCollapse: z.enum(["tell", "stop"]).default("tell"),
});
export interface DiagnosticsConfig extends z.infer<typeof DiagnosticsConfig> {}

/** How the loop runs; nothing here is a setting of the method. */
export const TrainConfig = z.strictObject({
  /** Last step of the run, schedules unchanged; for tests and quick trials. */
  maxSteps: z.int().positive().optional(),
  /** Contexts are padded to a multiple of this many patches, to compile few shapes; changes no number. */
  contextBucket: z.int().positive().default(8),
  /**
   * Target blocks are padded to a multiple of this many patches, or null: to the largest possible on the grid, so that
   * one size is compiled. 1 pads nothing: a grid has at most a handful of block sizes, and a long run saves more by
   * not computing padding than it costs to compile each of them. Changes numbers only by rounding.
   */
  targetBucket: z.int().positive().nullable().default(null),
  /** `xla` compiles the step as one program; `graph` runs TensorFlow's kernels one by one. */
  compiler: z.enum(["xla", "graph"]).default("xla"),
  /**
   * `bfloat16` rounds both operands of the networks' matrix products to bfloat16 and accumulates in float32; an
   * accelerator also keeps the activations between them, and their gradients, in bfloat16. All else is float32: norms,
   * softmax, the residual stream, losses, weights and their gradients, the resampling of crops. There is no `auto`: on
   * a CPU with AVX512-BF16 it is slower than float32 where networks are narrow (preset cifar, 96 wide: 199 against 256
   * images/s) and faster where they are wide.
   */
  precision: z.enum(["float32", "bfloat16"]).default("float32"),
  checkpoint: CheckpointConfig.prefault({}),
  diagnostics: DiagnosticsConfig.prefault({}),
});
export interface TrainConfig extends z.infer<typeof TrainConfig> {}
