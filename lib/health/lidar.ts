import { float64, float64Tensor, readFloat64, tf } from "../engine";
import { ShapeError } from "../errors";
import type { FeatureMatrix } from "./feature-matrix";
import { effectiveRank } from "./spectrum";

/** Added to the covariance within images, as the source does, so that it can be inverted. */
const DELTA = 1e-4;

/**
 * LiDAR: the effective rank of the directions in which images differ, relative to those in which views of one image do.
 *
 * Eigenvalues of Σ_w^−½ Σ_b Σ_w^−½, where Σ_b is the covariance of the images' means over their views, and Σ_w that of
 * the views around their image's mean, plus 1e-4 · I. So the features' scale matters; layer-normed
 * features are comparable.
 *
 * @param features  features of views, those of one image in consecutive rows
 * @param views     views per image, at least 2; the source takes 50 for each of 1000 images
 *
 * Source: Thilak et al., arXiv 2312.04000, equations 1 to 4.
 */
export function lidar({ values, count, width }: FeatureMatrix, views: number): number {
  if (views < 2 || count % views !== 0)
    throw new ShapeError(
      `LiDAR was given ${count} rows and ${views} views: expected views of 2 or more that divide the rows.`,
    );
  const images = count / views;
  const means = new Float64Array(images * width);
  const within = Float64Array.from(values);
  values.forEach((value, index) => {
    const at = Math.floor(index / (views * width)) * width + (index % width);
    means[at] = (means[at] as number) + value / views;
  });
  for (let index = 0; index < within.length; index++)
    within[index] =
      (within[index] as number) - (means[Math.floor(index / (views * width)) * width + (index % width)] as number);
  const identity = new Float64Array(width * width);
  for (let at = 0; at < width; at++) identity[at * (width + 1)] = DELTA;
  const [eigenvalues, vectors] = tf.tidy(() => {
    const covariance = covarianceOf(within, width, count - images);
    return float64.eigen(float64.add(covariance, float64Tensor(identity, [width, width])));
  });
  const lengths = readFloat64(eigenvalues).map((value) => 1 / Math.sqrt(Math.max(value, DELTA / 2)));
  const between = centeredRows(means, width);
  const found = tf.tidy(() => {
    const whitening = float64.mul(vectors, float64Tensor(lengths, [1, width]));
    const turned = float64.matMul(float64Tensor(between, [images, width]), whitening);
    return float64.eigenvalues(float64.matMul(turned, turned, { transposeA: true }));
  });
  const spectrum = readFloat64(found).map((value) => Math.max(0, value));
  tf.dispose([eigenvalues, vectors, found]);
  return effectiveRank(spectrum);
}

function covarianceOf(rows: Float64Array, width: number, freedom: number): tf.Tensor {
  const tensor = float64Tensor(rows, [rows.length / width, width]);
  const share = float64Tensor(Float64Array.of(1 / freedom), []);
  return float64.mul(float64.matMul(tensor, tensor, { transposeA: true }), share);
}

function centeredRows(rows: Float64Array, width: number): Float64Array {
  const count = rows.length / width;
  const mean = new Float64Array(width);
  rows.forEach((value, index) => {
    mean[index % width] = (mean[index % width] as number) + value / count;
  });
  return rows.map((value, index) => value - (mean[index % width] as number));
}
