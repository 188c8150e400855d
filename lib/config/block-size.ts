import type { MaskingConfig } from "./masking";
import { roundHalfEven } from "./round-half-even";

/** Numbers of patches down and across. */
export interface Grid {
  height: number;
  width: number;
}

/** [height, width] in patches. */
export type BlockSize = [number, number];

type Range = readonly [number, number];

/**
 * Size of a block from two draws in [0, 1), one for its area and one for its aspect; the reference uses one for both.
 *
 * Source: facebookresearch/ijepa@52c1ae9, src/masks/multiblock.py lines 54–71.
 */
export function blockSize(
  grid: Grid,
  scale: Range,
  aspect: Range,
  draws: { scale: number; aspect: number },
  positionRange: MaskingConfig["positionRange"],
): BlockSize {
  const area = Math.floor(grid.height * grid.width * at(scale, draws.scale));
  const ratio = at(aspect, draws.aspect);
  // The reference leaves a row and a column free even with the largest block.
  const spare = positionRange === "reference" ? 1 : 0;
  const height = Math.min(roundHalfEven(Math.sqrt(area * ratio)), grid.height - spare);
  const width = Math.min(roundHalfEven(Math.sqrt(area / ratio)), grid.width - spare);
  return [height, width];
}

/**
 * Every size that a block can have on this grid, with its probability, in order of increasing draws.
 *
 * Area and side lengths are step functions of the draws, so sizes change only at the draws collected here.
 */
export function blockSizes(
  grid: Grid,
  scale: Range,
  aspect: Range,
  { positionRange, sizeDraws }: Pick<MaskingConfig, "positionRange" | "sizeDraws">,
): { size: BlockSize; probability: number }[] {
  const areas = areasOf(grid, scale);
  const areaDraws = areas.map((area) => drawOf(area / (grid.height * grid.width), scale));
  const aspectDraws = areas.flatMap((area) => aspectSteps(grid, area, aspect));
  const found = new Map<string, { size: BlockSize; probability: number }>();
  const add = (draws: { scale: number; aspect: number }, probability: number) => {
    const size = blockSize(grid, scale, aspect, draws, positionRange);
    const entry = found.get(size.join()) ?? { size, probability: 0 };
    entry.probability += probability;
    found.set(size.join(), entry);
  };
  if (sizeDraws === "shared") {
    for (const { middle, length } of intervals([...areaDraws, ...aspectDraws])) {
      add({ scale: middle, aspect: middle }, length);
    }
    return [...found.values()];
  }
  for (const ofArea of intervals(areaDraws)) {
    const area = Math.floor(grid.height * grid.width * at(scale, ofArea.middle));
    for (const ofAspect of intervals(aspectSteps(grid, area, aspect))) {
      add({ scale: ofArea.middle, aspect: ofAspect.middle }, ofArea.length * ofAspect.length);
    }
  }
  return [...found.values()];
}

function at([low, high]: Range, draw: number): number {
  return low + draw * (high - low);
}

/** The draw that gives a value; not finite for a single-value range. */
function drawOf(value: number, [low, high]: Range): number {
  return (value - low) / (high - low);
}

/** Areas within a scale, in whole patches. */
function areasOf(grid: Grid, scale: Range): number[] {
  const [least, most] = scale.map((share) => Math.floor(grid.height * grid.width * share)) as [number, number];
  return Array.from({ length: most - least + 1 }, (_, index) => least + index);
}

/** Draws of the aspect, in (0, 1), at which a side of a block of this area rounds to another integer. */
function aspectSteps(grid: Grid, area: number, [low, high]: Range): number[] {
  const most = Math.max(grid.height, grid.width);
  const halves = (from: number, to: number) => {
    const first = Math.floor(from);
    return Array.from({ length: Math.max(0, Math.min(most, Math.ceil(to)) - first + 1) }, (_, at) => first + at + 0.5);
  };
  // Sides of other lengths are of aspects beyond the range: on a large grid nearly all are.
  const heights = halves(Math.sqrt(area * low), Math.sqrt(area * high)).map((side) => side ** 2 / area);
  const widths = halves(Math.sqrt(area / high), Math.sqrt(area / low)).map((side) => area / side ** 2);
  return [...heights, ...widths].map((ratio) => drawOf(ratio, [low, high]));
}

/** [0, 1] cut at the given draws, those outside left out. */
function intervals(draws: readonly number[]): { middle: number; length: number }[] {
  const edges = [...new Set([0, 1, ...draws.filter((draw) => draw > 0 && draw < 1)])].sort((a, b) => a - b);
  return edges.slice(1).map((high, index) => {
    const low = edges[index] as number;
    return { middle: (low + high) / 2, length: high - low };
  });
}
