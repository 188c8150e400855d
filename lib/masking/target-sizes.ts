import { blockSizes, type Grid, type LikelySize, type MaskingConfig } from "../config";

/** Every size that a target block can have, with its probability: the shapes that can occur in training. */
export function targetSizes(grid: Grid, config: MaskingConfig): readonly LikelySize[] {
  return blockSizes(grid, config.targetScale, config.targetAspect, config);
}
