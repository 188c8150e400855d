import { createVariable, type EngineVariable, tf } from "../engine";
import type { Parameters } from "../model";

/** Variables by parameter name. */
export type Variables = Readonly<Record<string, EngineVariable>>;

/** The variables that a training step reads and writes. */
export interface StepVariables {
  /** Trained parameters: `encoder.`, `predictor_c.`, and `predictor_n.` when the method has one. */
  readonly student: Variables;
  /** `target_encoder.`: the moving average of `encoder.`. */
  readonly teacher: Variables;
  readonly firstMoments: Variables;
  readonly secondMoments: Variables;
}

/** A variable with the value of the tensor, which is disposed. */
export function variableOf(name: string, value: tf.Tensor): EngineVariable {
  const variable = createVariable(value, name);
  value.dispose();
  return variable;
}

/** Zeros, named and shaped as the given variables. */
export function zerosLike(variables: Variables, prefix = ""): Variables {
  return Object.fromEntries(
    Object.entries(variables).map(([name, { shape }]) => [name, variableOf(prefix + name, tf.zeros([...shape]))]),
  );
}

/** The variables' values by name; the caller disposes them. */
export function readAll(variables: Variables): Parameters {
  return Object.fromEntries(Object.entries(variables).map(([name, variable]) => [name, variable.read()]));
}

/** Assigns each variable the value of its namesake. */
export function assignAll(to: Variables, from: Variables): void {
  for (const [name, variable] of Object.entries(to)) {
    const value = (from[name] as EngineVariable).read();
    variable.assign(value);
    value.dispose();
  }
}

export function disposeAll(variables: Variables): void {
  for (const variable of Object.values(variables)) variable.dispose();
}
