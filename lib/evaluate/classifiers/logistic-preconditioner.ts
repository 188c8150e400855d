import { float64, float64Tensor, readFloat64, tf } from "../../engine";

/** Approximate inverse Hessian of multinomial logistic regression, times a vector [inputs, classes] row-major. */
export interface LogisticPreconditioner {
  apply(vector: Float64Array): Float64Array;
  dispose(): void;
}

/** Floor of the curvature p(1 − p), which is 0 in a row whose probabilities are all 0 or 1. */
const FLAT = 1e-12;
/** Added to the diagonal before factoring, as a share of its mean, since rounding leaves eigenvalues below 0. */
const RIDGE = 1e-14;
/** Beyond this many unknowns, factoring takes longer than it saves. */
const MOST_UNKNOWNS = 2560;
/** Limit on the products of probabilities and rows kept for each class: 512 MB. */
const MOST_NUMBERS = 2 ** 26;

/** What the preconditioners are built from. */
export interface LogisticShape {
  /** [n, inputs] float64, including the 1 of a bias. */
  rows: tf.Tensor;
  /** Mean square of each input. */
  variances: Float64Array;
  /** [inputs], the penalty of each row of weights: 0 for a bias. */
  penalties: Float64Array;
  classes: number;
}

/** Preconditioner from the Hessian's diagonal, all rows curved alike: free. @param flatness mean p(1 − p) per class */
export function diagonalPreconditioner(
  { variances, penalties, classes }: Omit<LogisticShape, "rows">,
  flatness: Float64Array,
): LogisticPreconditioner {
  return {
    apply(vector) {
      const result = new Float64Array(vector.length);
      for (let at = 0, input = 0; input < penalties.length; input++) {
        const [variance, penalty] = [variances[input] as number, penalties[input] as number];
        for (let label = 0; label < classes; label++, at++) {
          const curvature = Math.max(flatness[label] as number, FLAT) * variance;
          result[at] = (vector[at] as number) / (curvature + penalty);
        }
      }
      return result;
    },
    dispose: () => {},
  };
}

/** Whether the Hessian for this many rows and unknowns is worth factoring. */
export function canBeFactored(count: number, unknowns: number): boolean {
  return unknowns <= MOST_UNKNOWNS && count * unknowns <= MOST_NUMBERS;
}

/**
 * The inverse of the Hessian at one point, through its Cholesky factor.
 *
 * The Hessian's block for classes a and b is Xᵀ diag(p_a([a = b] − p_b)) X/n, plus the penalty on the diagonal. The
 * diagonal blocks alone approximate it poorly: rows that two classes share couple them as strongly as they curve each.
 *
 * @param probabilities [n, classes] float64
 */
export function factoredPreconditioner(
  { rows, variances, penalties, classes }: LogisticShape,
  probabilities: tf.Tensor,
): LogisticPreconditioner {
  const [count, inputs] = rows.shape as [number, number];
  const size = classes * inputs;
  const hessian = new Float64Array(size * size);
  const byClass = transposed(readFloat64(probabilities), classes);
  const ofClass = Array.from({ length: classes }, (_, label) => byClass.subarray(label * count, (label + 1) * count));
  const scaled = ofClass.map((column) => times(rows, column));
  for (let a = 0; a < classes; a++) {
    const own = (ofClass[a] as Float64Array).map((it) => (it * (1 - it) + FLAT) / count);
    const weighted = times(rows, own);
    place(hessian, float64.matMul(rows, weighted, { transposeA: true }), [a, a], { size, inputs, scale: 1 });
    weighted.dispose();
    // Cholesky reads only the lower triangle.
    for (let b = 0; b < a; b++) {
      const shared = float64.matMul(scaled[a] as tf.Tensor, scaled[b] as tf.Tensor, { transposeA: true });
      place(hessian, shared, [a, b], { size, inputs, scale: -1 / count });
    }
  }
  tf.dispose(scaled);
  const ridge = RIDGE * (variances.reduce((sum, it) => sum + it, 0) / inputs);
  for (let at = 0; at < size; at++) {
    const place = at * size + at;
    hessian[place] = (hessian[place] as number) + (penalties[at % inputs] as number) + ridge;
  }
  const whole = float64Tensor(hessian, [size, size]);
  const factor = float64.cholesky(whole);
  whole.dispose();
  return {
    apply(vector) {
      const column = float64Tensor(transposed(vector, classes), [size, 1]);
      const solved = tf.tidy(() => {
        const half = float64.solveTriangular(factor, column, { transposed: false });
        return float64.solveTriangular(factor, half, { transposed: true });
      });
      const result = transposed(readFloat64(solved), inputs);
      tf.dispose([column, solved]);
      return result;
    },
    dispose: () => factor.dispose(),
  };
}

/** Each row times its own factor. */
function times(rows: tf.Tensor, column: Float64Array): tf.Tensor {
  const weights = float64Tensor(column, [column.length, 1]);
  const product = float64.mul(rows, weights);
  weights.dispose();
  return product;
}

/** Copies a block [inputs, inputs] to where it belongs, and disposes of it. */
function place(
  matrix: Float64Array,
  block: tf.Tensor,
  [down, across]: readonly [number, number],
  { size, inputs, scale }: { size: number; inputs: number; scale: number },
): void {
  const values = readFloat64(block);
  block.dispose();
  for (let row = 0; row < inputs; row++) {
    const start = (down * inputs + row) * size + across * inputs;
    for (let column = 0; column < inputs; column++)
      matrix[start + column] = scale * (values[row * inputs + column] as number);
  }
}

function transposed(matrix: Float64Array, columns: number): Float64Array {
  const rows = matrix.length / columns;
  const result = new Float64Array(matrix.length);
  for (let row = 0; row < rows; row++)
    for (let column = 0; column < columns; column++)
      result[column * rows + row] = matrix[row * columns + column] as number;
  return result;
}
