import type * as tf from "@tensorflow/tfjs-core";
import { EngineError } from "../../errors";
import { TF } from "../native/dtype";
import { theRuntime } from "../runtime";
import { EngineVariable } from "./variable";

/**
 * A variable with an initial value; `initial` is not disposed.
 *
 * @throws {EngineError} inside a compiled function, where it would be lost at the end of the capture
 */
export function createVariable(initial: tf.Tensor, name: string): EngineVariable {
  const { backend, capture, eager } = theRuntime();
  if (capture) {
    throw new EngineError(
      `The variable "${name}" was made inside a compiled function; make it outside and close over it.`,
    );
  }
  const [id] = backend.getInputTensorIds([initial]) as [number];
  const variable = new EngineVariable(name, [...initial.shape], initial.dtype, eager.dtypeOf(id));
  variable.assign(initial);
  return variable;
}

/** A variable without a value, for `lower`: it takes no memory, and reading it is an error until it is assigned. */
export function declareVariable(shape: readonly number[], name: string): EngineVariable {
  return new EngineVariable(name, [...shape], "float32", TF.float32);
}
