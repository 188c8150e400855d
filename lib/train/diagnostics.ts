import type { Run } from "../config";
import type { ImageBatch, Split } from "../data";
import { runOp, tf, uint8Tensor } from "../engine";
import { type Encoder, encode, type Parameters } from "../model";
import { rng } from "../random";
import { prepareImages } from "./inputs";
import type { TrainState } from "./state";

/** How healthy the features of some training images are; none of it looks at the loss. Features are mean tokens. */
export interface TrainDiagnostics {
  /** Spread of a feature over images, over the features' root mean square: 0 when all images look alike. */
  featureStd: number;
  /** Effective number of directions: the exponential of the entropy of the singular values of the centered features. */
  rankMe: number;
  /** Mean cosine between the student's and the teacher's feature of an image. */
  teacherCosine: number;
  /** Share of dimensions whose spread is below a hundredth of the mean spread. */
  deadShare: number;
  /** Why the encoder counts as collapsed (see `collapse`), or null. */
  collapsed: string | null;
}

const CHUNK = 64;

/** Added to each singular value's share, as RankMe does. */
const EPSILON = 1e-7;

/**
 * The health of student and teacher on `train.diagnostics.images` training images, whole and not cropped; which ones
 * they are depends on the seed alone, so that steps can be compared.
 *
 * Source of rankMe: Garrido et al., arXiv 2210.02885, eq. 1; centered first, since the mean that all images share would
 * count as one large direction beside which the others vanish.
 */
export async function diagnoseState({ run, parameters }: TrainState, split: Split): Promise<TrainDiagnostics> {
  const count = Math.min(run.train.diagnostics.images, split.count);
  const chosen = rng(run.seed).fold("diagnostics").permutation(split.count).slice(0, count);
  const params = parameters();
  const chunks: { student: tf.Tensor2D; teacher: tf.Tensor2D }[] = [];
  try {
    for (let start = 0; start < count; start += CHUNK) {
      const batch = await split.read(chosen.slice(start, start + CHUNK));
      chunks.push(tf.tidy(() => pooled(params, batch, run)));
    }
  } finally {
    tf.dispose(params as Record<string, tf.Tensor>);
  }
  const student = tf.concat(chunks.map((chunk) => chunk.student));
  const teacher = tf.concat(chunks.map((chunk) => chunk.teacher));
  tf.dispose(chunks.flatMap((chunk) => [chunk.student, chunk.teacher]));
  const found = featureDiagnostics(student, teacher);
  tf.dispose([student, teacher]);
  return found;
}

/**
 * The same of given features.
 *
 * @param student  [images, D] float32
 * @param teacher  [images, D] float32
 */
export function featureDiagnostics(student: tf.Tensor2D, teacher: tf.Tensor2D): TrainDiagnostics {
  const [std, scale, values, cosines] = tf.tidy(() => {
    const centered = tf.sub(student, tf.mean(student, 0, true));
    const spread = tf.sqrt(tf.mean(tf.square(centered), 0));
    const rms = tf.sqrt(tf.mean(tf.square(student)));
    const length = (x: tf.Tensor) => tf.sqrt(tf.sum(tf.square(x), 1));
    const along = tf.div(tf.sum(tf.mul(student, teacher), 1), tf.mul(length(student), length(teacher)));
    return [spread, rms, singularValues(centered as tf.Tensor2D), along].map((tensor) => tensor.dataSync());
  }) as unknown as [Float32Array, Float32Array, Float32Array, Float32Array];
  const rootMeanSquare = (numbers: Float32Array) => Math.sqrt(mean(Float64Array.from(numbers, (value) => value ** 2)));
  const meanStd = mean(std);
  const health = {
    featureStd: (scale[0] as number) > 0 ? rootMeanSquare(std) / (scale[0] as number) : 0,
    rankMe: effectiveRank(values),
    teacherCosine: mean(cosines),
    deadShare: std.filter((value) => value <= 0.01 * meanStd).length / std.length,
  };
  return { ...health, collapsed: collapse(health) };
}

/**
 * The rule of the collapse alarm: all images alike (spread below 0.1 % of the features' size), fewer than two effective
 * directions, or more than half of the dimensions dead. Null: none of these.
 */
export function collapse({
  featureStd,
  rankMe,
  deadShare,
}: Omit<TrainDiagnostics, "collapsed" | "teacherCosine">): string | null {
  if (!(featureStd >= 1e-3))
    return `all images look alike: the spread of features is ${featureStd.toPrecision(2)} of their size, expected 0.001 or more`;
  if (!(rankMe >= 2)) return `features have ${rankMe.toFixed(2)} effective directions, expected 2 or more`;
  if (deadShare > 0.5) return `${(100 * deadShare).toFixed(0)} % of the dimensions are dead, expected 50 % or less`;
  return null;
}

function pooled(params: Parameters, batch: ImageBatch, run: Run) {
  const { imageSize } = run.model;
  const { height, width } = batch;
  const fits = height === imageSize && width === imageSize;
  const whole = Array.from({ length: batch.count }, () => [0, 0, height, width]);
  const pixels = uint8Tensor<tf.Rank.R4>(batch.pixels, [batch.count, height, width, batch.channels]);
  const images = prepareImages({ pixels, boxes: fits ? null : tf.tensor2d(whole, [batch.count, 4]) }, run);
  const of = (encoder: Encoder) => tf.mean(encode(params, encoder, { images }, run.model), 1) as tf.Tensor2D;
  return { student: of("student"), teacher: of("teacher") };
}

function singularValues(x: tf.Tensor2D): tf.Tensor {
  const attributes = [
    { name: "compute_uv", type: 3, value: false },
    { name: "full_matrices", type: 3, value: false },
    { name: "T", type: 4, value: 1 },
  ];
  const [values, left, right] = runOp("Svd", attributes, [x], 3) as [tf.Tensor, tf.Tensor, tf.Tensor];
  tf.dispose([left, right]);
  return values;
}

function effectiveRank(values: Float32Array): number {
  const sum = values.reduce((total, value) => total + value, 0);
  if (!(sum > 0)) return 0;
  const entropy = values.reduce((total, value) => {
    const share = value / sum + EPSILON;
    return total - share * Math.log(share);
  }, 0);
  return Math.exp(entropy);
}

function mean(values: ArrayLike<number>): number {
  let sum = 0;
  for (let index = 0; index < values.length; index++) sum += values[index] as number;
  return sum / values.length;
}
