import { type BlockSize, blockSizes, type Grid, type MaskingConfig } from "../config";

/** Every size that a target block can get, with its probability: what a trainer can meet and may compile for. */
export function targetSizes(grid: Grid, config: MaskingConfig): { size: BlockSize; probability: number }[] {
  return blockSizes(grid, config.targetScale, config.targetAspect, config);
}

/** The same for the context block, before targets are taken out of it. */
export function contextSizes(grid: Grid, config: MaskingConfig): { size: BlockSize; probability: number }[] {
  return blockSizes(grid, config.contextScale, config.contextAspect, config);
}
