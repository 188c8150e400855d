import { effectiveMethod, type Run } from "../config";
import type { tf } from "../engine";
import { initializeParameters, initializeTeacher, type Parameters } from "../model";
import { rng } from "../random";
import { type CompiledStep, compileStep } from "./compiled-step";
import { disposeAll, readAll, type StepVariables, type Variables, variableOf, zerosLike } from "./variables";

/** Everything that training changes, and the compiled step that changes it. */
export interface TrainState extends StepVariables {
  readonly run: Run;
  /** Optimizer steps taken so far. */
  step: number;
  readonly compiled: CompiledStep;
  /** All parameters as they are now, by name, for `objective` and `encode`; the caller disposes them. */
  parameters(): Parameters;
  /** Frees all of it. */
  dispose(): void;
}

/**
 * A model at its first draw, with moments of zero and a teacher equal to the student.
 *
 * Each parameter is drawn from a stream of its own name, so a run with the noisy predictor starts from the same encoder
 * and clean predictor as one without.
 */
export function createTrainState(run: Run): TrainState {
  const drawn = initializeParameters(run.model, rng(run.seed).fold("parameters"), effectiveMethod(run.objective));
  const copies = initializeTeacher(drawn);
  const [student, teacher] = [variablesOf(drawn), variablesOf(copies)];
  const variables = { student, teacher, firstMoments: zerosLike(student), secondMoments: zerosLike(student) };
  return stateOf(variables, { step: 0, run });
}

/** A state over variables that exist already; what `createTrainState` and `loadCheckpoint` end with. */
export function stateOf(variables: StepVariables, { step, run }: { step: number; run: Run }): TrainState {
  const compiled = compileStep(variables, run);
  return {
    run,
    step,
    ...variables,
    compiled,
    parameters: () => ({ ...readAll(variables.student), ...readAll(variables.teacher) }),
    dispose: () => {
      compiled.dispose();
      for (const group of Object.values(variables) as Variables[]) disposeAll(group);
    },
  };
}

/** Variables with the tensors' values, which are disposed. */
function variablesOf(tensors: Readonly<Record<string, tf.Tensor>>): Variables {
  return Object.fromEntries(Object.entries(tensors).map(([name, tensor]) => [name, variableOf(name, tensor)]));
}
