import { compile, float64, float64Tensor, readFloat64, tf } from "../../engine";
import {
  canBeFactored,
  diagonalPreconditioner,
  factoredPreconditioner,
  type LogisticPreconditioner,
} from "./logistic-preconditioner";
import type { LocalModel } from "./newton-cg";
import type { PrincipalAxes } from "./principal-axes";
import { sharedCurvature } from "./shared-curvature";

/** Multinomial logistic regression's objective over rows, in float64. */
export interface LogisticObjective {
  /** Number of inputs to the classifier: the axes, plus 1 for a bias. */
  readonly inputs: number;
  /**
   * Mean cross-entropy + penalty/2 · ‖W‖² at a point, the bias unpenalized.
   *
   * @param point    [inputs, classes] row-major: W, with the bias in the last row
   * @param penalty  per row
   */
  at(point: Float64Array, penalty: number): Promise<LocalModel>;
  dispose(): void;
}

/** Factoring the Hessian costs about one Hessian–vector product per this many unknowns. */
const UNKNOWNS_PER_PRODUCT = 10;

/** @param intercept false: no bias */
export function logisticObjective(
  axes: Pick<PrincipalAxes, "rows" | "rank" | "variances" | "isRotated">,
  labels: Int32Array,
  { classes, intercept }: { classes: number; intercept: boolean },
): LogisticObjective {
  const count = labels.length;
  const rows = intercept ? withOnes(axes.rows, count) : axes.rows;
  const variances = intercept ? Float64Array.of(...axes.variances, 1) : axes.variances;
  const inputs = variances.length;
  const size = axes.rank * classes;
  const wanted = tf.tidy(() => float64.of(tf.cast(tf.oneHot(tf.tensor1d(labels, "int32"), classes), "float32")));
  const share = float64Tensor(Float64Array.of(1 / count), []);
  const fixed = [rows, wanted, share];
  const look = compile(crossEntropy, { name: "logistic_objective", compiler: "graph" });
  const product = compile(curvatureProduct, { name: "logistic_curvature", compiler: "graph" });
  const shared = axes.isRotated ? null : sharedCurvature(rows, classes);
  let refined: LogisticPreconditioner | undefined;
  /** The data term's values with the weights' penalty added. */
  const penalized = (tensor: tf.Tensor, point: Float64Array, penalty: number): Float64Array => {
    const values = readFloat64(tensor);
    for (let at = 0; at < size; at++) values[at] = (values[at] as number) + penalty * (point[at] as number);
    return values;
  };
  return {
    inputs,
    async at(point, penalty) {
      const given = float64Tensor(point, [inputs, classes]);
      const found = await look(given, ...fixed).finally(() => given.dispose());
      const probabilities = found.probabilities as tf.Tensor;
      const [loss] = readFloat64(found.loss as tf.Tensor) as unknown as [number];
      const penalties = Float64Array.from(variances, (_, input) => (input < axes.rank ? penalty : 0));
      const shape = { rows, variances, penalties, classes };
      const flatness = readFloat64(found.flatness as tf.Tensor);
      const first = shared ? shared.preconditioner(penalties, flatness) : diagonalPreconditioner(shape, flatness);
      const gradient = penalized(found.gradient as tf.Tensor, point, penalty);
      tf.dispose([found.loss, found.flatness, found.gradient] as tf.Tensor[]);
      let square = 0;
      for (let at = 0; at < size; at++) square += (point[at] as number) ** 2;
      const model: LocalModel = {
        value: loss + (penalty / 2) * square,
        gradient,
        async multiply(direction) {
          const along = float64Tensor(direction, [inputs, classes]);
          const { curved } = await product(along, probabilities, ...fixed).finally(() => along.dispose());
          const result = penalized(curved as tf.Tensor, direction, penalty);
          (curved as tf.Tensor).dispose();
          return result;
        },
        precondition: (vector) => (refined ?? first).apply(vector),
        dispose: () => probabilities.dispose(),
      };
      const unknowns = inputs * classes;
      if (!canBeFactored(count, unknowns)) return model;
      return {
        ...model,
        patience: Math.ceil(unknowns / UNKNOWNS_PER_PRODUCT),
        refine() {
          refined?.dispose();
          refined = factoredPreconditioner(shape, probabilities);
        },
      };
    },
    dispose() {
      look.dispose();
      product.dispose();
      refined?.dispose();
      shared?.dispose();
      tf.dispose(intercept ? fixed : [wanted, share]);
    },
  };
}

function withOnes(rows: tf.Tensor, count: number): tf.Tensor {
  const ones = float64Tensor(new Float64Array(count).fill(1), [count, 1]);
  const joined = float64.concat([rows, ones], 1);
  ones.dispose();
  return joined;
}

/** Mean cross-entropy, its gradient Xᵀ(softmax − labels)/n, the probabilities, and mean p(1 − p) per class. */
function crossEntropy(...tensors: tf.Tensor[]): Record<string, tf.Tensor> {
  const [weights, rows, wanted, share] = tensors as [tf.Tensor, tf.Tensor, tf.Tensor, tf.Tensor];
  const { sub, mul, div, exp, log, max, mean, sum, matMul } = float64;
  const logits = matMul(rows, weights);
  const shifted = sub(logits, max(logits, 1, true));
  const powers = exp(shifted);
  const total = sum(powers, 1, true);
  const probabilities = div(powers, total);
  const right = sum(mul(wanted, shifted), 1, true);
  return {
    loss: mean(sub(log(total), right), 0, false),
    gradient: matMul(rows, mul(sub(probabilities, wanted), share), { transposeA: true }),
    probabilities,
    flatness: mean(sub(probabilities, mul(probabilities, probabilities)), 0, false),
  };
}

/** The Hessian of the mean cross-entropy times a direction: Xᵀ(p ∘ (XD − Σ p ∘ XD))/n. */
function curvatureProduct(...tensors: tf.Tensor[]): Record<string, tf.Tensor> {
  const [direction, probabilities, rows, , share] = tensors as [tf.Tensor, tf.Tensor, tf.Tensor, tf.Tensor, tf.Tensor];
  const { sub, mul, sum, matMul } = float64;
  const weighted = mul(probabilities, matMul(rows, direction));
  const centered = mul(sub(weighted, mul(probabilities, sum(weighted, 1, true))), share);
  return { curved: matMul(rows, centered, { transposeA: true }) };
}
