import type { Grid } from "../config";
import { ShapeError } from "../errors";

const tables = new Map<string, Float32Array>();

/**
 * The fixed sine-cosine position table of the patch grid.
 *
 * The first half of each entry encodes the patch's column and the second half its row, each as sines, then cosines, of
 * the coordinate times 10000^(−k/quarter).
 *
 * @param width  a multiple of 4
 * @returns      [N·width] row-major; computed in float64, stored as float32; cached per grid and width, so do not write
 *   to it
 * @throws {ShapeError} when width is not a multiple of 4
 *
 * Source: facebookresearch/ijepa@52c1ae9, src/models/vision_transformer.py lines 20–70.
 */
export function positionEmbedding(grid: Grid, width: number): Float32Array {
  if (width % 4 !== 0)
    throw new ShapeError(`positionEmbedding: expected a width that is a multiple of 4, got ${width}`);
  const name = `${grid.height}x${grid.width}x${width}`;
  const known = tables.get(name);
  if (known) return known;
  const quarter = width / 4;
  const table = new Float32Array(grid.height * grid.width * width);
  for (let patch = 0; patch < grid.height * grid.width; patch++) {
    const coordinates = [patch % grid.width, Math.floor(patch / grid.width)];
    coordinates.forEach((coordinate, half) => {
      const start = patch * width + half * 2 * quarter;
      for (let index = 0; index < quarter; index++) {
        const angle = coordinate * 10000 ** (-index / quarter);
        table[start + index] = Math.sin(angle);
        table[start + quarter + index] = Math.cos(angle);
      }
    });
  }
  tables.set(name, table);
  return table;
}
