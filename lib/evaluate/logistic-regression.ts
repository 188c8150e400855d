import { type CompiledFunction, compile, tf } from "../engine";
import type { Features } from "./features";
import type { Score } from "./held-out";
import { minimize } from "./lbfgs";

/** A linear classifier. */
export interface LinearClassifier {
  /** [width + 1, classes] row-major; the last row is the offset. */
  weights: Float32Array;
  width: number;
  classes: number;
}

type Objective = CompiledFunction<tf.Tensor[], Record<string, tf.Tensor>>;

const TOLERANCE = 1e-5;
const MAX_ITERATIONS = 200;

/**
 * Multinomial logistic regression with an L2 penalty, fitted to convergence for a list of penalties.
 *
 * Minimizes Σ cross-entropy + penalty/2 · ‖W‖² over the samples, the offset free: scikit-learn's objective with
 * C = 1/penalty. Penalties are fitted from the largest down, each from the solution before.
 *
 * @param penalties  all above 0
 * @returns one classifier per penalty, in the order given
 */
export async function fitLogisticRegression(
  train: Features,
  classes: number,
  penalties: readonly number[],
): Promise<LinearClassifier[]> {
  const { width, count } = train;
  const objective = compile(crossEntropy, { name: "logistic_regression", compiler: "graph" });
  const inputs = tf.tensor2d(train.values, [count, width]);
  const labels = tf.tidy(() => tf.cast(tf.oneHot(tf.tensor1d(train.labels, "int32"), classes), "float32"));
  const fitted = new Map<number, Float32Array>();
  try {
    let start = new Float32Array((width + 1) * classes);
    for (const penalty of [...penalties].sort((a, b) => b - a)) {
      const evaluate = (point: Float32Array) =>
        evaluateAt(objective, inputs, labels, point, [width + 1, classes], penalty / count);
      const { point } = await minimize(evaluate, start, { tolerance: TOLERANCE, maxIterations: MAX_ITERATIONS });
      fitted.set(penalty, point);
      start = new Float32Array(point);
    }
  } finally {
    objective.dispose();
    tf.dispose([inputs, labels]);
  }
  return penalties.map((penalty) => ({ weights: fitted.get(penalty) as Float32Array, width, classes }));
}

async function evaluateAt(
  objective: Objective,
  inputs: tf.Tensor,
  labels: tf.Tensor,
  point: Float32Array,
  shape: [number, number],
  penalty: number,
) {
  const parameters = tf.tensor2d(point, shape);
  const strength = tf.scalar(penalty);
  const result = await objective(inputs, labels, parameters, strength).finally(() =>
    tf.dispose([parameters, strength]),
  );
  const value = result.value?.dataSync()[0] as number;
  const gradient = new Float32Array(result.gradient?.dataSync() as Float32Array);
  tf.dispose(result);
  return { value, gradient };
}

/** Mean cross-entropy plus penalty, and its gradient in closed form: Xᵀ(softmax − labels)/n. */
function crossEntropy(...tensors: tf.Tensor[]): Record<string, tf.Tensor> {
  const [inputs, labels, parameters, penalty] = tensors as [tf.Tensor2D, tf.Tensor2D, tf.Tensor2D, tf.Scalar];
  const [count, width] = inputs.shape;
  const classes = parameters.shape[1];
  const weights: tf.Tensor2D = tf.slice(parameters, [0, 0], [width, classes]);
  const logits = tf.add(tf.matMul(inputs, weights), tf.slice(parameters, [width, 0], [1, classes]));
  const logProbabilities = tf.logSoftmax(logits as tf.Tensor2D);
  const value = tf.neg(tf.div(tf.sum(tf.mul(labels, logProbabilities)), count));
  const excess: tf.Tensor2D = tf.div(tf.sub(tf.exp(logProbabilities), labels), count);
  const slope = tf.add(tf.matMul(inputs, excess, true, false), tf.mul(weights, penalty));
  return {
    value: tf.add(value, tf.mul(tf.sum(tf.square(weights)), tf.mul(penalty, 0.5))),
    gradient: tf.concat([slope, tf.sum(excess, 0, true)], 0),
  };
}

/** Share of rows whose highest score is their label's, and the mean cross-entropy of the labels. */
export function scoreClassifier({ weights, width, classes }: LinearClassifier, test: Features): Score {
  const [guesses, losses] = tf.tidy(() => {
    const inputs = tf.tensor2d(test.values, [test.count, width]);
    const parameters = tf.tensor2d(weights, [width + 1, classes]);
    const logits = tf.add(
      tf.matMul(inputs, tf.slice(parameters, [0, 0], [width, classes])),
      tf.slice(parameters, [width, 0], [1, classes]),
    );
    const wanted = tf.oneHot(tf.tensor1d(test.labels, "int32"), classes);
    return [tf.argMax(logits, 1), tf.neg(tf.sum(tf.mul(tf.logSoftmax(logits as tf.Tensor2D), wanted), 1))];
  }) as [tf.Tensor, tf.Tensor];
  const [guessed, lost] = [guesses.dataSync(), losses.dataSync()];
  tf.dispose([guesses, losses]);
  let right = 0;
  test.labels.forEach((label, index) => {
    if (guessed[index] === label) right++;
  });
  return {
    accuracy: right / test.count,
    loss: (lost as Float32Array).reduce((sum, value) => sum + value, 0) / test.count,
  };
}
