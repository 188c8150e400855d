import { float64, readFloat64, tf } from "../engine";
import type { FeatureMatrix } from "./feature-matrix";

/** Added to each singular value's share, as RankMe does. */
const EPSILON = 1e-7;
/** Eigenvalues below this share of the largest are rounding error. */
const ROUNDING = 1e-12;

/**
 * Eigenvalues of the features' covariance over images, in descending order, in float64; rounding errors are set to 0.
 *
 * @returns min(count, width) of them
 */
export function covarianceSpectrum({ values, count, width }: FeatureMatrix): Float64Array {
  const eigenvalues = tf.tidy(() => {
    const rows = float64.of(tf.tensor2d(values, [count, width]));
    const centered = float64.sub(rows, float64.mean(rows, 0, true));
    const isWide = count < width;
    return float64.eigenvalues(float64.matMul(centered, centered, { transposeA: !isWide, transposeB: isWide }));
  });
  const found = readFloat64(eigenvalues).reverse();
  eigenvalues.dispose();
  const least = ROUNDING * (found[0] ?? 0);
  return found.map((value) => (value > least ? value / count : 0));
}

/**
 * Effective number of directions: the exponential of the entropy of the shares of the covariance's singular values, the
 * square roots of its eigenvalues. Between 1 (all images on one line) and min(count − 1, width).
 *
 * Features are centered, unlike in the source: the mean that all images share would count as one large direction beside
 * which the others vanish.
 *
 * Source: Garrido et al., arXiv 2210.02885, equation 1.
 */
export function rankMe(spectrum: Float64Array): number {
  return effectiveRank(spectrum.map(Math.sqrt));
}

/** exp(−Σ p log p) over the values' shares p of their sum; 0 when there are none. */
export function effectiveRank(values: Float64Array): number {
  const total = values.reduce((sum, value) => sum + value, 0);
  if (!(total > 0)) return 0;
  const entropy = values.reduce((sum, value) => {
    const share = value / total + EPSILON;
    return sum - share * Math.log(share);
  }, 0);
  return Math.exp(entropy);
}

/**
 * The exponent α of the decay i^−α of the covariance's eigenvalues with rank i; about 1 is said to be best. Null where
 * fewer than four eigenvalues lie in the range.
 *
 * A least-squares line through log λ against log i, weighted by 1/i, over ranks 4 to 100.
 *
 * Source: Agrawal et al., α-ReQ, NeurIPS 2022, and its code's fit, which is that of Stringer et al., Nature 2019.
 */
export function alphaReq(spectrum: Float64Array): number | null {
  const points = Array.from(spectrum, (value, index) => ({ rank: index + 1, value }))
    .filter(({ rank, value }) => rank >= 4 && rank <= 100 && value > 0)
    .map(({ rank, value }) => ({ x: Math.log(rank), y: Math.log(value), weight: 1 / rank }));
  if (points.length < 4) return null;
  const total = points.reduce((sum, { weight }) => sum + weight, 0);
  const mean = (of: (point: (typeof points)[number]) => number) =>
    points.reduce((sum, point) => sum + point.weight * of(point), 0) / total;
  const [x, y] = [mean((point) => point.x), mean((point) => point.y)];
  return -mean((point) => (point.x - x) * (point.y - y)) / mean((point) => (point.x - x) ** 2);
}
