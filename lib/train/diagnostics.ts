import type { Run } from "../config";
import type { ImageBatch, Split } from "../data";
import { tf, uint8Tensor } from "../engine";
import {
  type FeatureHealth,
  type FeatureMatrix,
  featureHealth,
  meanCosine,
  teacherLag,
  tokenVariance,
} from "../health";
import { type Encoder, encode, type Parameters, standardize } from "../model";
import { rng } from "../random";
import { prepareImages } from "./inputs";
import type { TrainState } from "./state";
import type { TrainDiagnostics } from "./train-record";

const CHUNK = 64;
/** Epsilon of the target normalization, as in the objective. */
const TARGET_EPSILON = 1e-5;

/**
 * The health of student and teacher on full, uncropped training images, chosen by the seed alone so that steps can be
 * compared. Features are mean tokens.
 *
 * There are `train.diagnostics.images` images, or twice the encoder's width if that is more: with fewer, RankMe could
 * not distinguish features that differ. Targets are examined on the first 64 of them.
 */
export async function diagnoseState({ run, parameters }: TrainState, split: Split): Promise<TrainDiagnostics> {
  const count = Math.min(Math.max(run.train.diagnostics.images, 2 * run.model.embedDim), split.count);
  const chosen = rng(run.seed).fold("diagnostics").permutation(split.count).slice(0, count);
  const params = parameters();
  const parts: { student: Float32Array; teacher: Float32Array }[] = [];
  let targets = { byPosition: 0, byImage: 0 };
  try {
    for (let start = 0; start < count; start += CHUNK) {
      const batch = await split.read(chosen.slice(start, start + CHUNK));
      const [student, teacher, tokens] = tf.tidy(() => encoded(params, batch, run));
      parts.push({ student: student.dataSync() as Float32Array, teacher: teacher.dataSync() as Float32Array });
      const [images, patches, width] = tokens.shape as [number, number, number];
      if (start === 0) targets = tokenVariance(tokens.dataSync() as Float32Array, { images, patches, width });
      tf.dispose([student, teacher, tokens]);
    }
    const [student, teacher] = (["student", "teacher"] as const).map((name) =>
      matrixOf(
        parts.map((part) => part[name]),
        run.model.embedDim,
      ),
    ) as [FeatureMatrix, FeatureMatrix];
    const health = featureHealth(student);
    return {
      ...health,
      teacherCosine: meanCosine(student, teacher),
      teacherLag: teacherLag(weightPairs(params)),
      targetByPosition: targets.byPosition,
      targetByImage: targets.byImage,
      collapsed: collapse(health),
    };
  } finally {
    tf.dispose(params as Record<string, tf.Tensor>);
  }
}

/**
 * The reason for the collapse alarm, or null: all images look alike (std of unit-length features below 0.1 % of its
 * maximum), fewer than two effective directions, or more than half of the dimensions dead.
 */
export function collapse({
  featureStd,
  rankMe,
  deadShare,
}: Pick<FeatureHealth, "featureStd" | "rankMe" | "deadShare">): string | null {
  if (!(featureStd >= 1e-3))
    return `all images look alike: the std of features is ${featureStd.toPrecision(2)} of their length, expected 0.001 or more`;
  if (!(rankMe >= 2)) return `features have ${rankMe.toFixed(2)} effective directions, expected 2 or more`;
  if (deadShare > 0.5) return `${(100 * deadShare).toFixed(0)} % of the dimensions are dead, expected 50 % or less`;
  return null;
}

/** Mean tokens of student and teacher [B, D], and the teacher's tokens as they are compared [B, N, D]. */
function encoded(params: Parameters, batch: ImageBatch, run: Run): [tf.Tensor, tf.Tensor, tf.Tensor] {
  const { imageSize, embedDim } = run.model;
  const { height, width } = batch;
  const fits = height === imageSize && width === imageSize;
  const whole = Array.from({ length: batch.count }, () => [0, 0, height, width]);
  const pixels = uint8Tensor<tf.Rank.R4>(batch.pixels, [batch.count, height, width, batch.channels]);
  const images = prepareImages({ pixels, boxes: fits ? null : tf.tensor2d(whole, [batch.count, 4]) }, run);
  const of = (encoder: Encoder) => encode(params, encoder, { images }, run.model);
  const [student, teacher] = [of("student"), of("teacher")];
  const targets = standardize(tf.reshape(teacher, [-1, embedDim]) as tf.Tensor2D, TARGET_EPSILON);
  return [tf.mean(student, 1), tf.mean(teacher, 1), tf.reshape(targets, teacher.shape)];
}

function matrixOf(parts: readonly Float32Array[], width: number): FeatureMatrix {
  const values = new Float32Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    values.set(part, at);
    at += part.length;
  }
  return { values, count: values.length / width, width };
}

/** The encoder's weights, paired with the teacher's. */
function weightPairs(params: Parameters): { student: Float32Array; teacher: Float32Array }[] {
  return Object.entries(params)
    .filter(([name]) => name.startsWith("encoder."))
    .map(([name, weight]) => ({
      student: weight.dataSync() as Float32Array,
      teacher: (params[`target_${name}`] as tf.Tensor).dataSync() as Float32Array,
    }));
}
