import { effectiveMethod } from "../config";
import { tf } from "../engine";
import { type Parameters, parameter, parameterShapes } from "../model";
import type { StepInputs } from "./inputs";
import { type LossTermName, lossTermNames } from "./loss-terms";
import type { Losses } from "./losses";
import { type ObjectiveRun, objective } from "./objective";

/**
 * Names of the parameters that the run trains: student, clean predictor, and noisy predictor if any
 * (`effectiveMethod`).
 */
export function trainedNames(run: ObjectiveRun): string[] {
  return Object.keys(parameterShapes(run.model, effectiveMethod(run.objective)));
}

/**
 * The objective, and the gradient of its `loss` with respect to every trained parameter.
 *
 * All results belong to the caller, or to the enclosing `tf.tidy`; works eagerly and captured.
 */
export function objectiveAndGradients(
  params: Parameters,
  inputs: StepInputs,
  run: ObjectiveRun,
): { losses: Losses; gradients: Record<string, tf.Tensor> } {
  const names = trainedNames(run);
  const terms = {} as Record<LossTermName, tf.Scalar>;
  const loss = (...trained: tf.Tensor[]): tf.Scalar => {
    const given = Object.fromEntries(names.map((name, index) => [name, trained[index] as tf.Tensor]));
    const found = objective({ ...params, ...given }, inputs, run);
    // valueAndGrads returns one value and disposes the rest.
    for (const name of lossTermNames) terms[name] = tf.keep(tf.clone(found[name]));
    return found.loss;
  };
  const { value, grads } = tf.valueAndGrads(loss)(names.map((name) => parameter(params, name)));
  const released = Object.entries(terms).map(([name, kept]) => {
    const term = tf.clone(kept);
    kept.dispose();
    return [name, term] as const;
  });
  return {
    losses: { loss: value, ...Object.fromEntries(released) } as Losses,
    gradients: Object.fromEntries(names.map((name, index) => [name, grads[index] as tf.Tensor])),
  };
}
