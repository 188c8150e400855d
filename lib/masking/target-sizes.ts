import { type BlockSize, blockSizes, type Grid, type MaskingConfig } from "../config";

/** Every size that a target block can get, with its probability: the shapes that a training can meet. */
export function targetSizes(grid: Grid, config: MaskingConfig): { size: BlockSize; probability: number }[] {
  return blockSizes(grid, config.targetScale, config.targetAspect, config);
}
