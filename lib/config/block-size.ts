import type { MaskingConfig } from "./masking";

/** Patches down and across. */
export interface Grid {
  height: number;
  width: number;
}

/** [height, width] in patches. */
export type BlockSize = [number, number];

type Range = readonly [number, number];

/**
 * Size of a block for one uniform draw: the same draw sets area and aspect, as in the reference.
 *
 * Source: facebookresearch/ijepa@52c1ae9, src/masks/multiblock.py lines 54–71.
 */
export function blockSize(
  grid: Grid,
  scale: Range,
  aspect: Range,
  draw: number,
  positionRange: MaskingConfig["positionRange"],
): BlockSize {
  const area = Math.floor(grid.height * grid.width * (scale[0] + draw * (scale[1] - scale[0])));
  const ratio = aspect[0] + draw * (aspect[1] - aspect[0]);
  // The reference leaves a row and a column free even for the largest block.
  const spare = positionRange === "reference" ? 1 : 0;
  const height = Math.min(roundHalfEven(Math.sqrt(area * ratio)), grid.height - spare);
  const width = Math.min(roundHalfEven(Math.sqrt(area / ratio)), grid.width - spare);
  return [height, width];
}

/**
 * Every size that a block can get on this grid, with its probability, in the order of rising draws.
 *
 * Area and side lengths are steps of the draw, so that the sizes change only at the draws collected here.
 */
export function blockSizes(
  grid: Grid,
  scale: Range,
  aspect: Range,
  positionRange: MaskingConfig["positionRange"],
): { size: BlockSize; probability: number }[] {
  const patches = grid.height * grid.width;
  const edges = new Set([0, 1]);
  const add = (value: number, [low, high]: Range) => {
    const draw = (value - low) / (high - low);
    if (draw > 0 && draw < 1) edges.add(draw);
  };
  for (let area = Math.floor(patches * scale[0]); area <= Math.floor(patches * scale[1]); area++) {
    add(area / patches, scale);
    for (let side = 0; side <= Math.max(grid.height, grid.width); side++) {
      add((side + 0.5) ** 2 / area, aspect);
      add(area / (side + 0.5) ** 2, aspect);
    }
  }
  const draws = [...edges].sort((a, b) => a - b);
  const found = new Map<string, { size: BlockSize; probability: number }>();
  for (let index = 1; index < draws.length; index++) {
    const low = draws[index - 1] as number;
    const high = draws[index] as number;
    const size = blockSize(grid, scale, aspect, (low + high) / 2, positionRange);
    const entry = found.get(size.join()) ?? { size, probability: 0 };
    entry.probability += high - low;
    found.set(size.join(), entry);
  }
  return [...found.values()];
}

function roundHalfEven(value: number): number {
  const floor = Math.floor(value);
  if (value - floor !== 0.5) return Math.round(value);
  return floor % 2 === 0 ? floor : floor + 1;
}
