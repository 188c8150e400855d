import { float64, float64Tensor, readFloat64, tf } from "../../engine";
import type { LogisticPreconditioner } from "./logistic-preconditioner";

/** Curvature of a logistic regression on wide, correlated features, as if it were the same for all classes. */
export interface SharedCurvature {
  /**
   * The inverse of f · XᵀX/n + penalties, applied class by class, where f is the classes' mean curvature.
   *
   * @param penalties  [inputs], 0 for a bias
   * @param flatness   [classes], mean p(1 − p) of each class
   */
  preconditioner(penalties: Float64Array, flatness: Float64Array): Pick<LogisticPreconditioner, "apply">;
  dispose(): void;
}

/** Wider, XᵀX takes more memory than rows: 512 MB. */
const MOST_INPUTS = 8192;
/** A factor serves while the curvature stays within this ratio of the one it was made for. */
const SAME = 1.5;
/** Floor of the curvature, which is 0 where all probabilities are 0 or 1. */
const FLAT = 1e-12;

/**
 * Preconditioners from one matrix XᵀX/n and its Cholesky factors: what rotating narrower features to their principal
 * axes achieves, without eigenvectors, which take ten times longer.
 *
 * @param rows  [n, inputs] float64, including the 1 of a bias
 * @returns null where the matrix would be too large
 */
export function sharedCurvature(rows: tf.Tensor, classes: number): SharedCurvature | null {
  const [count, inputs] = rows.shape as [number, number];
  if (inputs > MOST_INPUTS) return null;
  const products = float64.matMul(rows, rows, { transposeA: true });
  const gram = readFloat64(products).map((value) => value / count);
  products.dispose();
  let made: { factor: tf.Tensor; curvature: number; penalties: Float64Array } | undefined;
  const factorFor = (penalties: Float64Array, curvature: number): tf.Tensor => {
    const isSame =
      made?.penalties.every((penalty, input) => penalty === penalties[input]) &&
      Math.max(made.curvature / curvature, curvature / made.curvature) < SAME;
    if (made && isSame) return made.factor;
    made?.factor.dispose();
    const matrix = gram.map((value) => curvature * value);
    penalties.forEach((penalty, input) => {
      matrix[input * (inputs + 1)] = (matrix[input * (inputs + 1)] as number) + penalty;
    });
    const whole = float64Tensor(matrix, [inputs, inputs]);
    const factor = float64.cholesky(whole);
    whole.dispose();
    made = { factor, curvature, penalties };
    return factor;
  };
  return {
    preconditioner(penalties, flatness) {
      // Weights whose sum over classes is 0 are curved by 1/classes where all probabilities are equal, and p(1 − p) is
      // (classes − 1)/classes² there.
      const mean = flatness.reduce((sum, value) => sum + value, 0) / Math.max(1, classes - 1);
      const curvature = Math.max(FLAT, mean);
      return {
        apply(vector) {
          const factor = factorFor(penalties, curvature);
          const column = float64Tensor(vector, [inputs, classes]);
          const solved = tf.tidy(() => {
            const half = float64.solveTriangular(factor, column, { transposed: false });
            return float64.solveTriangular(factor, half, { transposed: true });
          });
          const result = readFloat64(solved);
          tf.dispose([column, solved]);
          return result;
        },
      };
    },
    dispose: () => made?.factor.dispose(),
  };
}
