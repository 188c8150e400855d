import { ATTRIBUTE, type CompiledFunction, compile, runOp, TF, tf } from "../../engine";
import type { Features } from "../features/features";
import type { Score } from "./held-out";
import { type Evaluation, minimize } from "./lbfgs";

/** A linear classifier. */
export interface LinearClassifier {
  /** [width + 1, classes] row-major; the last row is the offset. */
  weights: Float32Array;
  width: number;
  classes: number;
}

type Objective = CompiledFunction<tf.Tensor[], Record<string, tf.Tensor>>;

/** No entry of the slope is to be larger, at a penalty of 0.1 or more. */
const TOLERANCE = 1e-5;
/** The same on the way to a penalty that was asked for. */
const ROUGH = 1e-4;
const MAX_ITERATIONS = 500;

/**
 * Multinomial logistic regression with an L2 penalty, fitted to convergence for a list of penalties.
 *
 * Minimizes Σ cross-entropy + penalty/2 · ‖W‖² over the samples, the offset free: scikit-learn's objective with
 * C = 1/penalty. Penalties are fitted from the largest down, each from the solution before, with others between them
 * where they lie far apart: from nothing, a small one would take thousands of steps.
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
  const curvature = curvatureOf(inputs, classes);
  const fitted = new Map<number, Float32Array>();
  try {
    let start = new Float32Array((width + 1) * classes);
    for (const penalty of pathTo(penalties)) {
      const given = [inverseCurvature(curvature, penalty / count), tf.scalar(penalty / count)];
      const evaluate = (point: Float32Array) =>
        evaluateAt(objective, [inputs, labels, ...given], point, [width + 1, classes]);
      const tolerance = penalties.includes(penalty) ? toleranceAt(penalty) : ROUGH;
      const minimum = minimize(evaluate, start, { tolerance, maxIterations: MAX_ITERATIONS });
      const { point } = await minimum.finally(() => tf.dispose(given));
      fitted.set(penalty, point);
      start = new Float32Array(point);
    }
  } finally {
    objective.dispose();
    tf.dispose([inputs, labels, curvature]);
  }
  return penalties.map((penalty) => ({ weights: fitted.get(penalty) as Float32Array, width, classes }));
}

/** A penalty that all but forbids weights: a few steps from zero lead there. */
const LARGEST_PENALTY = 1e4;

/** The penalties and those on the way, from the largest down, at most ten times apart. */
function pathTo(penalties: readonly number[]): number[] {
  const path: number[] = [];
  let last = LARGEST_PENALTY;
  for (const next of [...new Set(penalties)].sort((a, b) => b - a)) {
    // A little over ten: one that is ten times smaller but for rounding needs none between.
    for (; last > 10.001 * next; last /= 10) path.push(last / 10);
    path.push(next);
    last = next;
  }
  return path;
}

/** A small penalty is outweighed by a slope that would be small beside another. */
function toleranceAt(penalty: number): number {
  return TOLERANCE * Math.min(1, Math.sqrt(penalty / 0.1));
}

/** Share of the whole curvature that is added to each direction: float32 cannot invert what has next to none in some. */
const DAMPING = 1e-6;

/**
 * The objective's curvature without its penalty where all classes are equally likely, the same for every class:
 * (C − 1)/C² · XᵀX/n of the features, and of the offset as if features had mean 0 [width + 1, width + 1].
 */
function curvatureOf(inputs: tf.Tensor2D, classes: number): tf.Tensor2D {
  return tf.tidy(() => {
    const [count, width] = inputs.shape;
    const ofFeatures = tf.div(tf.matMul(inputs, inputs, true, false), count) as tf.Tensor2D;
    const ofOffset = tf.diag(tf.concat1d([tf.zeros([width]), tf.ones([1])]));
    const whole = tf.add(
      tf.pad2d(ofFeatures, [
        [0, 1],
        [0, 1],
      ]),
      ofOffset,
    );
    return tf.mul(whole, (classes - 1) / (classes * classes)) as tf.Tensor2D;
  });
}

/**
 * Its inverse with the penalty, from which L-BFGS takes each direction: features of a network are so alike that without
 * it most fits end for want of iterations and not at the minimum.
 */
function inverseCurvature(curvature: tf.Tensor2D, penalty: number): tf.Tensor2D {
  return tf.tidy(() => {
    const [size] = curvature.shape;
    const unit = tf.eye(size);
    const trace = tf.sum(tf.mul(curvature, unit));
    const whole = tf.add(curvature, tf.mul(unit, tf.add(tf.mul(trace, DAMPING), penalty)));
    const attributes = [
      { name: "adjoint", type: ATTRIBUTE.bool, value: false },
      { name: "T", type: ATTRIBUTE.type, value: TF.float32 },
    ];
    return runOp("MatrixInverse", attributes, [whole], 1)[0] as tf.Tensor2D;
  });
}

async function evaluateAt(
  objective: Objective,
  given: readonly tf.Tensor[],
  point: Float32Array,
  shape: [number, number],
): Promise<Evaluation> {
  const parameters = tf.tensor2d(point, shape);
  const result = await objective(parameters, ...given).finally(() => parameters.dispose());
  const value = result.value?.dataSync()[0] as number;
  const gradient = result.gradient?.dataSync() as Float32Array;
  const preconditioned = result.preconditioned?.dataSync() as Float32Array;
  tf.dispose(result);
  return { value, gradient, preconditioned };
}

/** Mean cross-entropy plus penalty, its gradient in closed form, Xᵀ(softmax − labels)/n, and that times `inverse`. */
function crossEntropy(...tensors: tf.Tensor[]): Record<string, tf.Tensor> {
  const [parameters, inputs, labels, inverse, penalty] = tensors as [
    tf.Tensor2D,
    tf.Tensor2D,
    tf.Tensor2D,
    tf.Tensor2D,
    tf.Scalar,
  ];
  const [count, width] = inputs.shape;
  const classes = parameters.shape[1];
  const weights: tf.Tensor2D = tf.slice(parameters, [0, 0], [width, classes]);
  const logits = tf.add(tf.matMul(inputs, weights), tf.slice(parameters, [width, 0], [1, classes]));
  const logProbabilities = tf.logSoftmax(logits as tf.Tensor2D);
  const value = tf.neg(tf.div(tf.sum(tf.mul(labels, logProbabilities)), count));
  const excess: tf.Tensor2D = tf.div(tf.sub(tf.exp(logProbabilities), labels), count);
  // The wide side last: the product with ten columns takes half as long again.
  const slope = tf.add(tf.transpose(tf.matMul(excess, inputs, true, false)), tf.mul(weights, penalty));
  const gradient = tf.concat2d([slope as tf.Tensor2D, tf.sum(excess, 0, true) as tf.Tensor2D], 0);
  return {
    value: tf.add(value, tf.mul(tf.sum(tf.square(weights)), tf.mul(penalty, 0.5))),
    gradient,
    preconditioned: tf.matMul(inverse, gradient),
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
