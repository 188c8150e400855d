import { z } from "zod";
import { lowHigh, share } from "./bounds";

/**
 * How context and target blocks are drawn on the patch grid.
 * Defaults: I-JEPA configs/in1k_vith14_ep300.yaml, `mask`; the paper states the same scales and aspects. See
 * docs/method.md#masking.
 */
export const MaskingConfig = z.strictObject({
  /**
   * How a block's area and aspect are drawn. `shared`: one draw sets both, so that larger blocks in the range are also
   * taller (I-JEPA 52c1ae9, src/masks/multiblock.py lines 54–71); `independent`: a draw for each. The paper gives
   * only the ranges.
   */
  sizeDraws: z.enum(["shared", "independent"]).default("shared"),
  /** Target blocks per image, L. */
  targetBlocks: z.int().positive().default(4),
  /** Area of a target block as a share of the grid, [low, high]. */
  targetScale: lowHigh(share).default([0.15, 0.2]),
  /** Height over width of a target block, [low, high]. */
  targetAspect: lowHigh(z.number().positive()).default([0.75, 1.5]),
  /** Context blocks per image (I-JEPA `nenc`), each encoded and predicted from separately. */
  contextBlocks: z.int().positive().default(1),
  /** Area of the context block as a share of the grid, [low, high]. */
  contextScale: lowHigh(share).default([0.85, 1]),
  /** Height over width of the context block, [low, high]. */
  contextAspect: lowHigh(z.number().positive()).default([1, 1]),
  /** A block must keep strictly more patches than this, or it is redrawn (I-JEPA `min_keep`). */
  minKeep: z.int().nonnegative().default(10),
  /** Whether a context may contain patches of its image's targets. */
  allowOverlap: z.boolean().default(false),
  /**
   * `reference`: a block never reaches the last row or column (I-JEPA 52c1ae9, src/masks/multiblock.py lines 89–90);
   * `inclusive`: it reaches every edge.
   */
  positionRange: z.enum(["reference", "inclusive"]).default("reference"),
  /**
   * `batch-min`: every context is cut to the batch's shortest, losing its bottom rows (same file, line 167);
   * `none`: contexts keep their length and are padded.
   */
  contextTruncation: z.enum(["batch-min", "none"]).default("batch-min"),
  /**
   * What "batch" means to `batch-min` when `optimizer.microBatches` is above 1: the whole `batch`, so that splitting it
   * changes nothing; or the `micro-batch`, which keeps more context, as each of I-JEPA's GPUs truncates its own batch.
   * With both, blocks have one size for the whole step.
   */
  truncationScope: z.enum(["batch", "micro-batch"]).default("batch"),
  /** Failed draws of a context after which it need no longer avoid one more of the targets. */
  tries: z.int().positive().default(20),
});
export interface MaskingConfig extends z.infer<typeof MaskingConfig> {}
