import { compile, float64, float64Tensor, readFloat64, tf } from "../../engine";
import type { LocalModel } from "./newton-cg";
import type { PrincipalAxes } from "./principal-axes";

/** Multinomial logistic regression's objective over rows, in float64. */
export interface LogisticObjective {
  /**
   * Mean cross-entropy + penalty/2 · ‖W‖² at a point, the bias free.
   *
   * @param point    [rank + 1, classes] row-major: W, and the bias in the last row
   * @param penalty  per row
   */
  at(point: Float64Array, penalty: number): Promise<LocalModel>;
  dispose(): void;
}

/** The smallest curvature that a guess is made with: of a class whose probabilities are all 0 or 1. */
const FLAT = 1e-12;

/** @param intercept  false: the bias stays 0 */
export function logisticObjective(
  { rows, rank, variances }: Pick<PrincipalAxes, "rows" | "rank" | "variances">,
  labels: Int32Array,
  { classes, intercept }: { classes: number; intercept: boolean },
): LogisticObjective {
  const count = labels.length;
  const wanted = tf.tidy(() => float64.of(tf.cast(tf.oneHot(tf.tensor1d(labels, "int32"), classes), "float32")));
  const share = float64Tensor(Float64Array.of(1 / count), []);
  const fixed = [rows, wanted, share];
  const look = compile(crossEntropy, { name: "logistic_objective", compiler: "graph" });
  const product = compile(curvatureProduct, { name: "logistic_curvature", compiler: "graph" });
  const size = rank * classes;
  const tensorsOf = (point: Float64Array): [tf.Tensor, tf.Tensor] => [
    float64Tensor(point.subarray(0, size), [rank, classes]),
    float64Tensor(point.subarray(size), [1, classes]),
  ];
  /** One vector of what is known of weights and of biases; the weights' penalty is added here. */
  const joined = (weights: tf.Tensor, biases: tf.Tensor, point: Float64Array, penalty: number): Float64Array => {
    const whole = new Float64Array(size + classes);
    whole.set(readFloat64(weights));
    for (let index = 0; index < size; index++)
      whole[index] = (whole[index] as number) + penalty * (point[index] as number);
    if (intercept) whole.set(readFloat64(biases), size);
    return whole;
  };
  return {
    async at(point, penalty) {
      const given = tensorsOf(point);
      const found = await look(...given, ...fixed).finally(() => tf.dispose(given));
      const { probabilities } = found;
      const [loss] = readFloat64(found.loss as tf.Tensor) as unknown as [number];
      const flatness = readFloat64(found.flatness as tf.Tensor);
      const gradient = joined(found.weights as tf.Tensor, found.biases as tf.Tensor, point, penalty);
      tf.dispose([found.loss, found.flatness, found.weights, found.biases] as tf.Tensor[]);
      let square = 0;
      for (let index = 0; index < size; index++) square += (point[index] as number) ** 2;
      return {
        value: loss + (penalty / 2) * square,
        gradient,
        async multiply(direction) {
          const along = tensorsOf(direction);
          const curved = await product(...along, probabilities as tf.Tensor, ...fixed).finally(() => tf.dispose(along));
          const result = joined(curved.weights as tf.Tensor, curved.biases as tf.Tensor, direction, penalty);
          tf.dispose(curved);
          return result;
        },
        precondition(vector) {
          const result = vector.slice();
          for (let axis = 0; axis <= rank; axis++) {
            const [variance, extra] = axis < rank ? [variances[axis] as number, penalty] : [1, 0];
            for (let label = 0; label < classes; label++) {
              const at = axis * classes + label;
              const curvature = Math.max(flatness[label] as number, FLAT) * variance + extra;
              result[at] = (result[at] as number) / curvature;
            }
          }
          return result;
        },
        dispose: () => probabilities?.dispose(),
      };
    },
    dispose() {
      look.dispose();
      product.dispose();
      tf.dispose([wanted, share]);
    },
  };
}

/** Mean cross-entropy, its gradient in closed form, Xᵀ(softmax − labels)/n, the probabilities, and mean p(1 − p) of each class. */
function crossEntropy(...tensors: tf.Tensor[]): Record<string, tf.Tensor> {
  const [weights, biases, rows, wanted, share] = tensors as [tf.Tensor, tf.Tensor, tf.Tensor, tf.Tensor, tf.Tensor];
  const { add, sub, mul, div, exp, log, max, mean, sum, matMul } = float64;
  const logits = add(matMul(rows, weights), biases);
  const shifted = sub(logits, max(logits, 1, true));
  const powers = exp(shifted);
  const total = sum(powers, 1, true);
  const probabilities = div(powers, total);
  const right = sum(mul(wanted, shifted), 1, true);
  const residual = mul(sub(probabilities, wanted), share);
  return {
    loss: mean(sub(log(total), right), 0, false),
    weights: matMul(rows, residual, { transposeA: true }),
    biases: sum(residual, 0, true),
    probabilities,
    flatness: mean(sub(probabilities, mul(probabilities, probabilities)), 0, false),
  };
}

/** The Hessian of the mean cross-entropy times a direction: Xᵀ(p ∘ (XD − Σ p ∘ XD))/n. */
function curvatureProduct(...tensors: tf.Tensor[]): Record<string, tf.Tensor> {
  const [weights, biases, probabilities, rows, , share] = tensors as [
    tf.Tensor,
    tf.Tensor,
    tf.Tensor,
    tf.Tensor,
    tf.Tensor,
    tf.Tensor,
  ];
  const { add, sub, mul, sum, matMul } = float64;
  const change = add(matMul(rows, weights), biases);
  const weighted = mul(probabilities, change);
  const centered = mul(sub(weighted, mul(probabilities, sum(weighted, 1, true))), share);
  return { weights: matMul(rows, centered, { transposeA: true }), biases: sum(centered, 0, true) };
}
