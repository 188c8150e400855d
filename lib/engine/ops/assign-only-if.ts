import type * as tf from "@tensorflow/tfjs-core";
import { EngineError } from "../../errors";
import { theRuntime } from "../runtime";

/**
 * From here on in a compiled function, variables that it assigns keep the value that they had at the call where the
 * condition does not hold. One condition for all of them costs a look at each new value and no copy.
 *
 * @param condition  bool scalar
 * @throws {EngineError} outside of a compiled function
 */
export function assignOnlyIf(condition: tf.Scalar): void {
  const { backend, capture } = theRuntime();
  if (!capture) throw new EngineError("assignOnlyIf was called outside of a compiled function; use `if` there.");
  const [id] = backend.getInputTensorIds([condition]) as [number];
  capture.checks.holds(capture.output(id));
}
