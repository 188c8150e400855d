import { type BlockSize, blockSizes, type Grid, type MaskingConfig } from "../config";

/** Every size that a target block can have, with its probability: the shapes that can occur in training. */
export function targetSizes(grid: Grid, config: MaskingConfig): { size: BlockSize; probability: number }[] {
  return blockSizes(grid, config.targetScale, config.targetAspect, config);
}
