import { ShapeError } from "../errors";

/** Shares of the tokens' variance, which sum to 1; all 0 when there is none. */
export interface TokenVariance {
  /** Between the mean tokens of positions: what position alone determines. */
  byPosition: number;
  /** Between the mean tokens of images: what the image alone determines. */
  byImage: number;
  /** Interaction: what depends on both. */
  rest: number;
}

/**
 * Shares of the tokens' variance due to position, to image, and to both: a two-way analysis of variance, summed over
 * the width. Targets that are nearly all position can be predicted without looking at the image.
 *
 * @param tokens  [images, patches, width] row-major
 * @throws {ShapeError} when the number of values does not match the sizes
 */
export function tokenVariance(
  tokens: Float32Array,
  { images, patches, width }: { images: number; patches: number; width: number },
): TokenVariance {
  if (tokens.length !== images * patches * width)
    throw new ShapeError(`There are ${tokens.length} values of tokens: expected ${images} × ${patches} × ${width}.`);
  const whole = new Float64Array(width);
  const position = new Float64Array(patches * width);
  const image = new Float64Array(images * width);
  tokens.forEach((value, index) => {
    const at = index % width;
    const row = Math.floor(index / width);
    const places: [Float64Array, number, number][] = [
      [whole, at, images * patches],
      [position, (row % patches) * width + at, images],
      [image, Math.floor(row / patches) * width + at, patches],
    ];
    for (const [means, place, count] of places) means[place] = (means[place] as number) + value / count;
  });
  const squares = (values: ArrayLike<number>) => {
    let sum = 0;
    for (let index = 0; index < values.length; index++)
      sum += ((values[index] as number) - (whole[index % width] as number)) ** 2;
    return sum;
  };
  const total = squares(tokens);
  if (!(total > 0)) return { byPosition: 0, byImage: 0, rest: 0 };
  const byPosition = (squares(position) * images) / total;
  const byImage = (squares(image) * patches) / total;
  return { byPosition, byImage, rest: Math.max(0, 1 - byPosition - byImage) };
}
