import type { BlockSize } from "../config";

/** The patches that one step's encoder sees and that its predictors must predict; indices are row·width + column. */
export interface PatchMasks {
  /** Images, B. */
  images: number;
  /** Target blocks per image, L. */
  blocks: number;
  /** Context blocks per image, E. */
  contexts: number;
  /** [E·B·Kc], row e·B + b is context e of image b, ascending; entries at or past `contextLength` repeat the last valid one. */
  context: Int32Array;
  /** [E·B] valid entries per row. */
  contextLength: Int32Array;
  /** Entries per row, Kc. */
  contextPatches: number;
  /** [L·B·Kp] block-major: row l·B + b is block l of image b. */
  targets: Int32Array;
  /** Patches per target block, Kp. */
  targetPatches: number;
  /** [height, width] of every target block of the batch. */
  targetSize: BlockSize;
  /** [height, width] of every context block of the batch, before targets are removed. */
  contextSize: BlockSize;
}
