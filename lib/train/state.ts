import { effectiveMethod, type Run } from "../config";
import { createVariable, type EngineVariable, tf } from "../engine";
import { initializeParameters, initializeTeacher, type Parameters } from "../model";
import { rng } from "../random";
import { type CompiledStep, compileStep } from "./compiled-step";
import type { StepVariables } from "./step-tensors";

/** Variables by parameter name. */
export type Variables = Readonly<Record<string, EngineVariable>>;

/** Everything that training changes, and the compiled step that changes it. */
export interface TrainState {
  readonly run: Run;
  /** Optimizer steps taken so far. */
  step: number;
  /** Trained parameters: `encoder.`, `predictor_c.`, and `predictor_n.` when the method has one. */
  readonly student: Variables;
  /** `target_encoder.`: the moving average of `encoder.`. */
  readonly teacher: Variables;
  readonly firstMoments: Variables;
  readonly secondMoments: Variables;
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
  const student: Record<string, EngineVariable> = {};
  const teacher: Record<string, EngineVariable> = {};
  tf.tidy(() => {
    const drawn = initializeParameters(run.model, rng(run.seed).fold("parameters"), effectiveMethod(run.objective));
    for (const [name, tensor] of Object.entries(drawn)) student[name] = createVariable(tensor, name);
    for (const [name, tensor] of Object.entries(initializeTeacher(drawn))) teacher[name] = createVariable(tensor, name);
  });
  return stateOf(run, 0, { student, teacher, firstMoments: zeros(student), secondMoments: zeros(student) });
}

/** A state over variables that exist already; what `createTrainState` and `loadCheckpoint` end with. */
export function stateOf(run: Run, step: number, variables: StepVariables): TrainState {
  const compiled = compileStep(run, variables);
  const groups = Object.values(variables) as Variables[];
  return {
    run,
    step,
    ...variables,
    compiled,
    parameters: () => ({ ...readAll(variables.student), ...readAll(variables.teacher) }),
    dispose: () => {
      compiled.dispose();
      for (const group of groups) for (const variable of Object.values(group)) variable.dispose();
    },
  };
}

/** The variables' values by name. */
export function readAll(variables: Variables): Parameters {
  return Object.fromEntries(Object.entries(variables).map(([name, variable]) => [name, variable.read()]));
}

function zeros(like: Variables): Variables {
  return Object.fromEntries(
    Object.entries(like).map(([name, { shape }]) => {
      const zero = tf.zeros([...shape]);
      const variable = createVariable(zero, name);
      zero.dispose();
      return [name, variable];
    }),
  );
}
