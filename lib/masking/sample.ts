import { type BlockSize, blockSize, type Grid, type MaskingConfig, maskingProblems } from "../config";
import { ConfigError, requireWhole } from "../errors";
import { mersenneTwister, rng } from "../random";
import { placeBlock, placeContext } from "./block";
import type { PatchMasks } from "./patch-masks";

/** Identifies a draw of masks. */
export interface MaskDraw {
  /** Images, B. */
  images: number;
  /** The run's seed. */
  seed: number;
  /**
   * Steps taken before this one, over all epochs: counted from 0, as in the reference, where it seeds the block sizes.
   */
  step: number;
}

/**
 * The masks of one step: E contexts (one by default) and L target blocks per image.
 *
 * Sizes depend on the step alone and are shared by the batch, as in the reference; positions depend on seed, step,
 * image and block, so that an image's targets do not depend on the batch size.
 *
 * @param grid  patches down and across
 * @throws {ConfigError} for a number of images that is none; when no block of this grid can keep more than `minKeep` patches
 *
 * Source: facebookresearch/ijepa@52c1ae9, src/masks/multiblock.py; docs/method.md#masking.
 */
export function sampleMasks(grid: Grid, { images, seed, step }: MaskDraw, config: MaskingConfig): PatchMasks {
  requireWhole("images", images, 1);
  const problems = maskingProblems(grid, config);
  if (problems.length > 0) throw new ConfigError(problems.join("\n"));
  const { target, context } = stepSizes(grid, config, step);
  const stream = rng(seed).fold("masks").fold(step);
  const contexts: number[][][] = [];
  const targets: number[][][] = [];
  for (let image = 0; image < images; image++) {
    const random = stream.fold(image);
    const blocks = times(config.targetBlocks, () => placeBlock(grid, target, config.positionRange, random));
    targets.push(blocks);
    contexts.push(times(config.contextBlocks, () => placeContext(grid, context, blocks, config, random)));
  }
  return {
    images,
    blocks: config.targetBlocks,
    contexts: config.contextBlocks,
    ...equalize(
      // Context-major, as I-JEPA concatenates them along the batch axis.
      times(config.contextBlocks, (index) => contexts.map((ofImage) => ofImage[index] as number[])).flat(),
      config.contextTruncation,
    ),
    targets: blockMajor(targets, config.targetBlocks, target[0] * target[1]),
    targetPatches: target[0] * target[1],
    targetSize: target,
    contextSize: context,
  };
}

function stepSizes(grid: Grid, config: MaskingConfig, step: number): { target: BlockSize; context: BlockSize } {
  const uniform = mersenneTwister(step);
  const draw = () => {
    const scale = uniform();
    return { scale, aspect: config.sizeDraws === "shared" ? scale : uniform() };
  };
  // The reference draws the target size first.
  const target = blockSize(grid, config.targetScale, config.targetAspect, draw(), config.positionRange);
  const context = blockSize(grid, config.contextScale, config.contextAspect, draw(), config.positionRange);
  return { target, context };
}

function equalize(
  contexts: readonly number[][],
  truncation: MaskingConfig["contextTruncation"],
): Pick<PatchMasks, "context" | "contextLength" | "contextPatches"> {
  const lengths = contexts.map((patches) => patches.length);
  const patches = truncation === "batch-min" ? Math.min(...lengths) : Math.max(...lengths);
  const context = new Int32Array(contexts.length * patches);
  contexts.forEach((kept, image) => {
    for (let index = 0; index < patches; index++) {
      context[image * patches + index] = kept[Math.min(index, kept.length - 1)] as number;
    }
  });
  return {
    context,
    contextLength: Int32Array.from(lengths, (length) => Math.min(length, patches)),
    contextPatches: patches,
  };
}

function times<Value>(count: number, make: (index: number) => Value): Value[] {
  return Array.from({ length: count }, (_, index) => make(index));
}

function blockMajor(targets: readonly number[][][], blocks: number, patches: number): Int32Array {
  const rows = new Int32Array(blocks * targets.length * patches);
  targets.forEach((ofImage, image) => {
    ofImage.forEach((block, index) => {
      rows.set(block, (index * targets.length + image) * patches);
    });
  });
  return rows;
}
