import { effectiveMethod, type Run } from "../config";
import type { tf } from "../engine";
import { initializeParameters, initializeTeacher, type Parameters } from "../model";
import { rng } from "../random";
import { sizeFromShape } from "../shape";
import { type Summary, settingsLine, withSummary } from "../summary";
import { type CompiledStep, compileStep } from "./compiled-step";
import type { TrainRecord } from "./train-record";
import { disposeAll, readAll, type StepVariables, type Variables, variableOf, zerosLike } from "./variables";

/** Everything that training changes, with the compiled step that changes it. */
export interface TrainState extends StepVariables {
  readonly run: Run;
  /** Optimizer steps taken so far. */
  step: number;
  /**
   * The records `train` has yielded in this process, up to any stop; for a long run, at least the last 10 000 steps.
   */
  readonly records: TrainRecord[];
  readonly compiled: CompiledStep;
  /** All current parameters by name, for `objective` and `encode`; the caller disposes them. */
  parameters(): Parameters;
  /** Frees all of it. */
  dispose(): void;
}

/**
 * A freshly initialized model, with zero moments and a teacher equal to the student.
 *
 * Each parameter is drawn from a random stream of its own, keyed by its name, so a run with the noisy predictor starts
 * from the same encoder and clean predictor as one without.
 */
export function createTrainState(run: Run): TrainState {
  const drawn = initializeParameters(run.model, rng(run.seed).fold("parameters"), effectiveMethod(run.objective));
  const copies = initializeTeacher(drawn);
  const [student, teacher] = [variablesOf(drawn), variablesOf(copies)];
  const variables = { student, teacher, firstMoments: zerosLike(student), secondMoments: zerosLike(student) };
  return stateOf(variables, { step: 0, run });
}

/** A state over existing variables, and a step compiled over them if there is one. */
export function stateOf(
  { student, teacher, firstMoments, secondMoments }: StepVariables,
  { step, run }: { step: number; run: Run },
  given?: CompiledStep,
): TrainState {
  const variables = { student, teacher, firstMoments, secondMoments };
  const compiled = given ?? compileStep(variables, run);
  const state: TrainState = {
    run,
    step,
    records: [],
    ...variables,
    compiled,
    parameters: () => ({ ...readAll(variables.student), ...readAll(variables.teacher) }),
    dispose: () => {
      compiled.dispose();
      for (const group of Object.values(variables) as Variables[]) disposeAll(group);
    },
  };
  return withSummary(state, () => summaryOf(state));
}

function summaryOf({ run, step, records, student }: TrainState): Summary {
  const last = records.at(-1);
  const parameters = Object.values(student).reduce((sum, { shape }) => sum + sizeFromShape(shape), 0);
  return {
    title: `State of a training of preset ${run.preset}, seed ${run.seed}, after ${step} steps`,
    lines: [
      ["student", `${parameters.toLocaleString("en")} parameters in ${Object.keys(student).length} variables`],
      ["last step", last === undefined ? "none in this process" : `loss ${last.loss.toPrecision(4)}`],
      ...(["data", "model", "objective", "optimizer"] as const).map((part) => [part, settingsLine(run[part])] as const),
    ],
  };
}

/** Variables with the values of the tensors, which are disposed. */
function variablesOf(tensors: Readonly<Record<string, tf.Tensor>>): Variables {
  return Object.fromEntries(Object.entries(tensors).map(([name, tensor]) => [name, variableOf(name, tensor)]));
}
