import { ShapeError } from "../errors";

/** Shares of the tokens' variance, which sum to 1; all 0 when there is none. */
export interface TokenVariance {
  /** Between the mean tokens of the positions: what is known of a token by its place alone. */
  byPosition: number;
  /** Between the mean tokens of the images: what is known by the image alone. */
  byImage: number;
  /** What depends on both. */
  rest: number;
}

/**
 * How much of tokens' variance is their position's, their image's, and what depends on both: a two-way analysis of
 * variance, summed over the width. Targets that are nearly all position can be predicted without looking at the image.
 *
 * @param tokens  [images, patches, width] row-major
 * @throws {ShapeError} when there are not as many values as the sizes say
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
