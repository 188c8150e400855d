import type { Run } from "../config";
import { assignOnlyIf, type EngineVariable, tf } from "../engine";
import { objectiveAndGradients } from "../objective";
import { adamWAssign, clipGradients, emaUpdate, isDecayed } from "../optimizer";
import { prepareNoise, type RawInputs } from "./inputs";
import { readAll, type StepVariables } from "./variables";

/** `StepHyperparameters` as scalars, so that a compiled step takes new values without being recompiled. */
export interface HyperTensors {
  learningRate: tf.Scalar;
  weightDecay: tf.Scalar;
  emaMomentum: tf.Scalar;
  firstCorrection: tf.Scalar;
  secondCorrection: tf.Scalar;
}

/** The inputs of an update. */
export interface StepGradients {
  loss: tf.Scalar;
  gradients: Readonly<Record<string, tf.Tensor>>;
  /** Of the gradients, in the order of `student`. */
  squaredNorms: tf.Tensor;
}

/**
 * The losses of a batch, or part of one, and the gradient of every trained parameter.
 *
 * @param images as `prepareImages` returns them
 */
export function lossesAndGradients(
  variables: StepVariables,
  images: tf.Tensor4D,
  { masks, noise }: Pick<RawInputs, "masks" | "noise">,
  run: Run,
) {
  const params = { ...readAll(variables.student), ...readAll(variables.teacher) };
  return objectiveAndGradients(params, { images, ...masks, noise: prepareNoise({ masks, noise }, run) }, run);
}

/**
 * `gradNormAll` and `gradNorms` (one per trained parameter, in the order of `student`), after applying AdamW to the
 * student and EMA to the teacher.
 *
 * If the loss or a gradient is not finite, every variable is assigned its old value, so that the state stays the last
 * good one.
 *
 * Source: paper Algorithm 1; facebookresearch/ijepa@52c1ae9, src/train.py lines 316–350.
 */
export function takeStep(
  variables: StepVariables,
  { loss, gradients, squaredNorms }: StepGradients,
  hyper: HyperTensors,
  { optimizer }: Run,
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
