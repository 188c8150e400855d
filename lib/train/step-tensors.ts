import type { Run } from "../config";
import { assignOnlyIf, type EngineVariable, tf } from "../engine";
import { objectiveAndGradients } from "../objective";
import { adamWAssign, clipGradients, emaUpdate, isDecayed } from "../optimizer";
import { prepareNoise, type RawInputs } from "./inputs";
import { readAll, type Variables } from "./state";

/** The variables that a step reads and writes. */
export interface StepVariables {
  student: Variables;
  teacher: Variables;
  firstMoments: Variables;
  secondMoments: Variables;
}

/** `StepHyperparameters` as scalars, so that a compiled step takes new values without being compiled anew. */
export interface HyperTensors {
  learningRate: tf.Scalar;
  weightDecay: tf.Scalar;
  emaMomentum: tf.Scalar;
  firstCorrection: tf.Scalar;
  secondCorrection: tf.Scalar;
}

/**
 * The losses of a batch, or of a part of one, and the gradient of every trained parameter.
 *
 * @param images as `prepareImages` gives them
 */
export function lossesAndGradients(
  run: Run,
  variables: StepVariables,
  images: tf.Tensor4D,
  { masks, noise }: Pick<RawInputs, "masks" | "noise">,
) {
  const params = { ...readAll(variables.student), ...readAll(variables.teacher) };
  return objectiveAndGradients(params, { images, ...masks, noise: prepareNoise(run, { masks, noise }) }, run);
}

/**
 * AdamW on the student and EMA on the teacher; gives `gradNormAll`, and `gradNorms`, one for each trained parameter in
 * the order of `student`.
 *
 * A step whose loss or gradient is not finite assigns every variable the value that it had, so that the state stays the
 * last good one.
 *
 * @param squaredNorms  of the gradients, in the order of `student`
 *
 * Source: paper Algorithm 1; facebookresearch/ijepa@52c1ae9, src/train.py lines 316–350.
 */
export function takeStep(
  { optimizer }: Run,
  variables: StepVariables,
  loss: tf.Scalar,
  gradients: Readonly<Record<string, tf.Tensor>>,
  squaredNorms: tf.Tensor,
  hyper: HyperTensors,
): { gradNorms: tf.Tensor; gradNormAll: tf.Tensor } {
  const total = tf.sqrt(tf.sum(squaredNorms)) as tf.Scalar;
  assignOnlyIf(tf.logicalAnd(tf.isFinite(loss), tf.isFinite(total)) as tf.Scalar);
  const clipped = clipGradients(gradients, total, optimizer.clipNorm);
  for (const [name, parameter] of Object.entries(variables.student)) {
    const trained = {
      parameter,
      firstMoment: variables.firstMoments[name] as EngineVariable,
      secondMoment: variables.secondMoments[name] as EngineVariable,
    };
    const weightDecay = isDecayed(name, parameter.shape) ? hyper.weightDecay : null;
    adamWAssign(trained, clipped[name] as tf.Tensor, { ...hyper, weightDecay }, optimizer);
  }
  for (const [name, teacher] of Object.entries(variables.teacher)) {
    const student = variables.student[name.replace(/^target_encoder\./, "encoder.")];
    if (student) teacher.assign(emaUpdate(teacher.read(), student.read(), hyper.emaMomentum));
  }
  return { gradNorms: tf.sqrt(squaredNorms), gradNormAll: total };
}
