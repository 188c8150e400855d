import type { Features } from "./features";

/** Features scaled to rows of length 1; a row of zeros stays. */
export function ofLengthOne(features: Features): Features {
  const { count, width } = features;
  const values = features.values.slice();
  for (let row = 0; row < count; row++) {
    const one = values.subarray(row * width, (row + 1) * width);
    const length = Math.sqrt(one.reduce((sum, value) => sum + value ** 2, 0));
    if (length > 0) for (let at = 0; at < width; at++) one[at] = (one[at] as number) / length;
  }
  return { ...features, values };
}
