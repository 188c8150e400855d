import type { BlockSize, Grid, MaskingConfig } from "../config";
import type { Rng } from "../random";

/**
 * Ascending patch indices of a block of the given size at a random position.
 *
 * Source: facebookresearch/ijepa@52c1ae9, src/masks/multiblock.py lines 89–90, whose exclusive upper bound keeps blocks
 * off the last row and column (`reference`).
 */
export function placeBlock(
  grid: Grid,
  [height, width]: BlockSize,
  positionRange: MaskingConfig["positionRange"],
  random: Rng,
): number[] {
  const last = positionRange === "inclusive" ? 1 : 0;
  const top = random.int(0, grid.height - height + last);
  const left = random.int(0, grid.width - width + last);
  const patches: number[] = [];
  for (let row = top; row < top + height; row++) {
    for (let column = left; column < left + width; column++) patches.push(row * grid.width + column);
  }
  return patches;
}

/**
 * A context block with its image's targets removed.
 *
 * A block left with too few patches is redrawn; after every `tries` failures one more target (last ones first) may be
 * overlapped, so the search ends at the latest when the full block is taken.
 *
 * Source: the same file, lines 73–110.
 */
export function placeContext(
  grid: Grid,
  size: BlockSize,
  targets: readonly (readonly number[])[],
  config: MaskingConfig,
  random: Rng,
): number[] {
  for (let excluded = config.allowOverlap ? 0 : targets.length; excluded >= 0; excluded--) {
    const taken = new Set(targets.slice(0, excluded).flat());
    for (let attempt = 0; attempt < config.tries; attempt++) {
      const kept = placeBlock(grid, size, config.positionRange, random).filter((patch) => !taken.has(patch));
      if (kept.length > config.minKeep) return kept;
    }
  }
  // Unreachable, since `sampleMasks` has checked that the full block is large enough.
  return placeBlock(grid, size, config.positionRange, random);
}
