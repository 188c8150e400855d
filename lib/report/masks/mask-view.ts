import { ShapeError } from "../../errors";

/** Masks as plain arrays of patch indices, as sampled by the masking room. */
export interface MaskArrays {
  /** Number of images, B. */
  readonly images: number;
  /** Target blocks per image, L. */
  readonly blocks: number;
  /** Context blocks per image, E. Default: one. The first one is shown. */
  readonly contexts?: number;
  /** [E·B·Kc], row-major: row e·B + b. */
  readonly context: Int32Array;
  /** [E·B]: how many of a row's Kc entries count. */
  readonly contextLength: Int32Array;
  readonly contextPatches: number;
  /** [L·B·Kp], block by block: row l·B + b. */
  readonly targets: Int32Array;
  readonly targetPatches: number;
}

/** The masks of one image as sets of patch indices. */
export interface MaskView {
  readonly context: ReadonlySet<number>;
  readonly targets: readonly ReadonlySet<number>[];
}

export function maskView(masks: MaskArrays, image: number): MaskView {
  const start = image * masks.contextPatches;
  const length = masks.contextLength[image] ?? masks.contextPatches;
  const targets = Array.from({ length: masks.blocks }, (_, block) => {
    const at = (block * masks.images + image) * masks.targetPatches;
    return new Set(masks.targets.subarray(at, at + masks.targetPatches));
  });
  return { context: new Set(masks.context.subarray(start, start + length)), targets };
}

/** Throws if arrays do not have the sizes they claim, or name a patch outside the grid. */
export function checkMasks(masks: MaskArrays, patches: number): void {
  const { contexts = 1 } = masks;
  const sizes = [
    ["context", masks.context.length, contexts * masks.images * masks.contextPatches],
    ["contextLength", masks.contextLength.length, contexts * masks.images],
    ["targets", masks.targets.length, masks.blocks * masks.images * masks.targetPatches],
  ] as const;
  for (const [name, got, expected] of sizes) {
    if (got !== expected) throw new ShapeError(`Masks: expected ${expected} numbers in ${name}, got ${got}.`);
  }
  for (const numbers of [masks.context, masks.targets]) {
    const outside = numbers.find((patch) => patch < 0 || patch >= patches);
    if (outside !== undefined) {
      throw new ShapeError(
        `Masks: patch ${outside} is outside a grid of ${patches} patches; image or patch size differs.`,
      );
    }
  }
}

/** The outline of a set of patches of any shape, as an SVG path in units of patches. */
export function outline(patches: ReadonlySet<number>, gridWidth: number): string {
  const lines: string[] = [];
  const has = (row: number, column: number) =>
    column >= 0 && column < gridWidth && patches.has(row * gridWidth + column);
  for (const patch of [...patches].sort((a, b) => a - b)) {
    const row = Math.floor(patch / gridWidth);
    const column = patch % gridWidth;
    if (!has(row - 1, column)) lines.push(`M${column} ${row}h1`);
    if (!has(row + 1, column)) lines.push(`M${column} ${row + 1}h1`);
    if (!has(row, column - 1)) lines.push(`M${column} ${row}v1`);
    if (!has(row, column + 1)) lines.push(`M${column + 1} ${row}v1`);
  }
  return lines.join("");
}

/** The patches themselves as one path of unit squares. */
export function squares(patches: Iterable<number>, gridWidth: number): string {
  return [...patches]
    .sort((a, b) => a - b)
    .map((patch) => `M${patch % gridWidth} ${Math.floor(patch / gridWidth)}h1v1h-1z`)
    .join("");
}
