import type { FeatureMatrix } from "./feature-matrix";
import { alphaReq, covarianceSpectrum, rankMe } from "./spectrum";

export interface FeatureHealth {
  /** Effective number of directions, at most `rankLimit`. */
  rankMe: number;
  /** min(count − 1, width); below the width, there are too few images for a reliable rank. */
  rankLimit: number;
  /** Decay exponent of the covariance's eigenvalues; null where there are too few of them. */
  alphaReq: number | null;
  /** Mean std per dimension over images of unit-length features, times √width: 0 if collapsed, at most 1. */
  featureStd: number;
  /** Share of dimensions whose std is below a hundredth of the mean std. */
  deadShare: number;
  /** Number of images measured. */
  count: number;
  width: number;
}

/**
 * RankMe, α-ReQ and spread of features.
 *
 * Source of featureStd: Chen and He, arXiv 2011.10566, section 4.1.
 */
export function featureHealth(features: FeatureMatrix): FeatureHealth {
  const { count, width } = features;
  const spectrum = covarianceSpectrum(features);
  const std = columnStd(features.values, width);
  const meanStd = mean(std);
  return {
    rankMe: rankMe(spectrum),
    rankLimit: Math.min(count - 1, width),
    alphaReq: alphaReq(spectrum),
    featureStd: mean(columnStd(ofLengthOne(features), width)) * Math.sqrt(width),
    deadShare: std.filter((value) => value <= 0.01 * meanStd).length / width,
    count,
    width,
  };
}

/** Mean cosine between corresponding rows of two matrices of equal shape. */
export function meanCosine(a: FeatureMatrix, b: FeatureMatrix): number {
  const [first, second] = [ofLengthOne(a), ofLengthOne(b)];
  return first.reduce((sum, value, at) => sum + value * (second[at] as number), 0) / a.count;
}

function ofLengthOne({ values, count, width }: FeatureMatrix): Float64Array {
  const rows = Float64Array.from(values);
  for (let row = 0; row < count; row++) {
    const one = rows.subarray(row * width, (row + 1) * width);
    const length = Math.sqrt(one.reduce((sum, value) => sum + value ** 2, 0));
    if (length > 0) for (let at = 0; at < width; at++) one[at] = (one[at] as number) / length;
  }
  return rows;
}

function columnStd(values: ArrayLike<number>, width: number): Float64Array {
  const count = values.length / width;
  const means = new Float64Array(width);
  for (let at = 0; at < values.length; at++)
    means[at % width] = (means[at % width] as number) + (values[at] as number) / count;
  const variances = new Float64Array(width);
  for (let at = 0; at < values.length; at++)
    variances[at % width] =
      (variances[at % width] as number) + ((values[at] as number) - (means[at % width] as number)) ** 2 / count;
  return variances.map(Math.sqrt);
}

function mean(values: Float64Array): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}
