import { tf } from "../../engine";
import type { Features } from "../features/features";
import type { ImageScore } from "./held-out";
import { logisticObjective } from "./logistic-objective";
import { type LocalModel, minimize } from "./newton-cg";
import { type PrincipalAxes, principalAxes } from "./principal-axes";

/** A linear classifier. */
export interface LinearClassifier {
  /** [width + 1, classes] row-major; the last row is the bias. */
  weights: Float32Array;
  width: number;
  classes: number;
}

/** A classifier, and how close it is to the minimum of its objective. */
export interface LogisticFit extends LinearClassifier {
  penalty: number;
  /** Mean cross-entropy + penalty/(2n) · ‖W‖². */
  objective: number;
  /** About how far the objective is above its minimum, as a share of it. */
  gap: number;
  converged: boolean;
}

export interface LogisticOptions {
  classes: number;
  /** All positive; 1/C in scikit-learn's terms. */
  penalties: readonly number[];
  /** False: no bias. Default true. */
  intercept?: boolean;
  /** How far an objective may end above its minimum, as a share of it. Default 1e-6. */
  tolerance?: number;
  /** Called after each fit, from the largest penalty down; true skips the smaller ones, which take longest. */
  isEnough?: ((fit: LogisticFit) => boolean) | undefined;
  signal?: AbortSignal | undefined;
}

/** Default of how far an objective may end above its minimum, as a share of it. */
const TOLERANCE = 1e-6;
const MAX_ITERATIONS = 100;

/**
 * Multinomial logistic regression with an L2 penalty, fitted to convergence for a list of penalties.
 *
 * Minimizes Σ cross-entropy + penalty/2 · ‖W‖² over the samples, the bias unpenalized: scikit-learn's objective
 * with C = 1/penalty. Penalties are fitted from the largest down, each started by extrapolating the earlier solutions.
 * In float64 throughout: a network's features are so alike that the classes differ in digits float32 does not have.
 *
 * @returns one fit per penalty that was fitted, in the order given; `converged` says whether it came within `tolerance`
 */
export async function fitLogisticRegression(
  train: Features,
  { classes, penalties, intercept = true, tolerance = TOLERANCE, isEnough, signal }: LogisticOptions,
): Promise<LogisticFit[]> {
  const { width, count } = train;
  const axes = principalAxes(train, { centered: intercept });
  const objective = logisticObjective(axes, train.labels, { classes, intercept });
  const fits = new Map<number, LogisticFit>();
  try {
    const path: PathPoint[] = [];
    for (const penalty of [...new Set(penalties)].sort((a, b) => b - a)) {
      const at = (point: Float64Array) => objective.at(point, penalty / count);
      const start = await lowest(at, startsOf(path, penalty) ?? [new Float64Array(objective.inputs * classes)]);
      const minimum = await minimize(at, start, { tolerance, maxIterations: MAX_ITERATIONS, signal });
      const weights = parametersOf(minimum.point, axes, { width, classes, intercept });
      const { value, gap, converged } = minimum;
      const fit = { weights, width, classes, penalty, objective: value, gap: gap / Math.abs(value), converged };
      fits.set(penalty, fit);
      if (isEnough?.(fit)) break;
      path.unshift({ penalty, point: minimum.point });
    }
    return penalties.flatMap((penalty) => fits.get(penalty) ?? []);
  } finally {
    objective.dispose();
    axes.dispose();
  }
}

/** Weights [width + 1, classes] on the features, from a point along their principal axes. */
function parametersOf(
  point: Float64Array,
  { rank, toFeatures, mean }: PrincipalAxes,
  { width, classes, intercept }: { width: number; classes: number; intercept: boolean },
): Float32Array {
  const weights = toFeatures(point.subarray(0, rank * classes), classes);
  const biases = intercept ? biasesOf(weights, point.subarray(rank * classes), mean) : new Float64Array(classes);
  const parameters = new Float32Array((width + 1) * classes);
  parameters.set(weights);
  parameters.set(biases, width * classes);
  return parameters;
}

interface PathPoint {
  penalty: number;
  point: Float64Array;
}

/** The last solution, and the last two extrapolated: weights grow about linearly as the log of the penalty falls. */
function startsOf([last, before]: readonly PathPoint[], penalty: number): Float64Array[] | undefined {
  if (!last || !before) return last && [last.point];
  const further = Math.log(last.penalty / penalty) / Math.log(before.penalty / last.penalty);
  return [last.point, last.point.map((value, at) => value + further * (value - (before.point[at] as number)))];
}

async function lowest(
  at: (point: Float64Array) => Promise<LocalModel>,
  starts: readonly Float64Array[],
): Promise<Float64Array> {
  const [only] = starts as [Float64Array];
  if (starts.length === 1) return only;
  const values: number[] = [];
  for (const start of starts) {
    const model = await at(start);
    values.push(model.value);
    model.dispose();
  }
  return starts[values.indexOf(Math.min(...values))] as Float64Array;
}

/** Biases for uncentered features, b − mean · W, with mean 0 over classes: a common shift changes no probability. */
function biasesOf(weights: Float64Array, centered: Float64Array, mean: Float64Array): Float64Array {
  const classes = centered.length;
  const biases = centered.slice();
  mean.forEach((middle, feature) => {
    for (let label = 0; label < classes; label++)
      biases[label] = (biases[label] as number) - middle * (weights[feature * classes + label] as number);
  });
  const middle = biases.reduce((sum, bias) => sum + bias, 0) / classes;
  return biases.map((bias) => bias - middle);
}

/** Share of rows whose label scores highest, and the mean cross-entropy of the labels. */
export function scoreClassifier({ weights, width, classes }: LinearClassifier, test: Features): ImageScore {
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
  const right = Uint8Array.from(test.labels, (label, index) => (guessed[index] === label ? 1 : 0));
  return {
    accuracy: right.reduce((sum, one) => sum + one, 0) / test.count,
    right,
    loss: (lost as Float32Array).reduce((sum, value) => sum + value, 0) / test.count,
  };
}
