import { float64, float64Tensor, readFloat64, tf } from "../../engine";
import type { Features } from "../features/features";

/** Float64 features along their principal axes, a rotation that preserves the norms of weights. */
export interface PrincipalAxes {
  /** [n, rank] float64. */
  rows: tf.Tensor;
  rank: number;
  /** False: the features were too wide to rotate, and the columns are correlated. */
  isRotated: boolean;
  /** Mean square of each column of `rows`. */
  variances: Float64Array;
  /** Weights [rank, classes] along the axes as weights of the features [width, classes]; both row-major. */
  toFeatures(weights: Float64Array, classes: number): Float64Array;
  /** [width], what was subtracted from the features. */
  mean: Float64Array;
  dispose(): void;
}

/** With more axes than this, the eigenvectors take longer than a fit without them. */
const MOST_AXES = 1024;
/** Eigenvalues below this share of the largest are float64 rounding error. */
const SMALLEST_SHARE = 1e-14;

/**
 * The features, centered if asked, along the eigenvectors of XᵀX; with fewer rows than features, along those of XXᵀ,
 * since the best weights lie in the span of the rows. Very wide ones stay as they are.
 */
export function principalAxes({ values, count, width }: Features, { centered }: { centered: boolean }): PrincipalAxes {
  const single = tf.tensor2d(values, [count, width]);
  const [all, mean] = tf.tidy(() => {
    const wide = float64.of(single);
    const middle = float64.mean(wide, 0, false);
    const zero = float64.sub(middle, middle);
    const subtracted = centered ? middle : zero;
    return [float64.sub(wide, subtracted), subtracted];
  }) as [tf.Tensor, tf.Tensor];
  single.dispose();
  const meanValues = readFloat64(mean);
  const isDual = count < width;
  if (Math.min(count, width) > MOST_AXES) {
    mean.dispose();
    const variances = squaresOf(values, meanValues);
    const toFeatures = (weights: Float64Array) => weights;
    return {
      rows: all,
      rank: width,
      isRotated: false,
      variances,
      toFeatures,
      mean: meanValues,
      dispose: () => all.dispose(),
    };
  }
  const [eigenvalues, vectors] = tf.tidy(() =>
    float64.eigen(float64.matMul(all, all, { transposeA: !isDual, transposeB: isDual })),
  );
  const squares = readFloat64(eigenvalues);
  const size = squares.length;
  const largest = Math.max(squares[size - 1] as number, Number.MIN_VALUE);
  const kept = squares.map((square) => (square > SMALLEST_SHARE * largest ? square : 0));
  // Axes of zero length have weight 0 at the minimum: they stay, as columns of zeros.
  const inverseLengths = float64Row(kept.map((square) => (square > 0 ? 1 / Math.sqrt(square) : 0)));
  const axes = tf.tidy(() => {
    const isKept = float64Row(kept.map((square) => Number(square > 0)));
    if (!isDual) return float64.mul(vectors, isKept);
    return float64.mul(float64.matMul(all, vectors, { transposeA: true }), inverseLengths);
  });
  const rows = tf.tidy(() => float64.matMul(all, axes));
  tf.dispose([all, mean, eigenvalues, vectors, inverseLengths]);
  return {
    rows,
    rank: size,
    isRotated: true,
    variances: kept.map((square) => square / count),
    toFeatures(weights, classes) {
      const along = float64Matrix(weights, size, classes);
      const ofFeatures = float64.matMul(axes, along);
      const result = readFloat64(ofFeatures);
      tf.dispose([along, ofFeatures]);
      return result;
    },
    mean: meanValues,
    dispose: () => tf.dispose([rows, axes]),
  };
}

/** Mean square of each centered column, without copying the rows, which may take a gigabyte. */
function squaresOf(values: Float32Array, mean: Float64Array): Float64Array {
  const width = mean.length;
  const squares = new Float64Array(width);
  for (let at = 0; at < values.length; at++) {
    const column = at % width;
    squares[column] = (squares[column] as number) + ((values[at] as number) - (mean[column] as number)) ** 2;
  }
  return squares.map((sum) => (sum * width) / values.length);
}

function float64Row(values: Float64Array): tf.Tensor {
  return float64Matrix(values, 1, values.length);
}

function float64Matrix(values: Float64Array, rows: number, columns: number): tf.Tensor {
  return float64Tensor(values, [rows, columns]);
}
