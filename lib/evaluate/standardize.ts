import { ShapeError } from "../errors";
import type { Features } from "./features";

/** Added to a spread so that a feature that never varies becomes zero and not infinite. */
const SMALLEST = 1e-6;

/** Both sets shifted and scaled, feature by feature, to mean 0 and spread 1 of the first, which is the only one looked at. */
export function standardized(train: Features, ...others: Features[]): Features[] {
  const { values, width, count } = train;
  const mean = new Float64Array(width);
  const spread = new Float64Array(width);
  values.forEach((value, index) => {
    mean[index % width] = (mean[index % width] as number) + value / count;
  });
  values.forEach((value, index) => {
    const column = index % width;
    spread[column] = (spread[column] as number) + (value - (mean[column] as number)) ** 2 / count;
  });
  return [train, ...others].map((features) => {
    if (features.width !== width) {
      throw new ShapeError(`Features of width ${features.width} do not go with features of width ${width}.`);
    }
    const scaled = Float32Array.from(features.values, (value, index) => {
      const column = index % width;
      return (value - (mean[column] as number)) / (Math.sqrt(spread[column] as number) + SMALLEST);
    });
    return { ...features, values: scaled };
  });
}
