import type { PatchMasks } from "./patch-masks";

/**
 * The masks of a batch divided into those of its equal parts, in order.
 *
 * @param parts  a divisor of the number of images
 * @param cut    cut each part's contexts to its shortest one, as `batch-min` does for a whole batch
 */
export function splitMasks(masks: PatchMasks, parts: number, cut: boolean): PatchMasks[] {
  if (parts === 1 && !cut) return [masks];
  return Array.from({ length: parts }, (_, part) => takePart(masks, part, masks.images / parts, cut));
}

function takePart(masks: PatchMasks, part: number, images: number, cut: boolean): PatchMasks {
  const rowsOf = (groups: number) =>
    Array.from({ length: groups * images }, (_, row) => {
      const group = Math.floor(row / images);
      return group * masks.images + part * images + (row % images);
    });
  const contextRows = rowsOf(masks.contexts);
  const lengths = contextRows.map((row) => masks.contextLength[row] as number);
  const contextPatches = cut ? Math.min(...lengths) : masks.contextPatches;
  return {
    ...masks,
    images,
    context: takeRows(masks.context, contextRows, masks.contextPatches, contextPatches),
    contextLength: Int32Array.from(lengths, (length) => Math.min(length, contextPatches)),
    contextPatches,
    targets: takeRows(masks.targets, rowsOf(masks.blocks), masks.targetPatches, masks.targetPatches),
  };
}

/** The first `take` entries of the given rows. */
function takeRows(values: Int32Array, rows: readonly number[], width: number, take: number): Int32Array {
  const taken = new Int32Array(rows.length * take);
  rows.forEach((row, index) => {
    taken.set(values.subarray(row * width, row * width + take), index * take);
  });
  return taken;
}
