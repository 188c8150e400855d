import type * as tf from "@tensorflow/tfjs-core";
import { EngineError } from "../../errors";
import { theRuntime } from "../runtime";

/**
 * Makes a compiled function's assignments from here on conditional: where the condition is false, variables keep the
 * value they had at the call. One condition for all of them costs one read of each new value and no copy.
 *
 * @param condition  bool scalar
 * @throws {EngineError} outside a compiled function
 */
export function assignOnlyIf(condition: tf.Scalar): void {
  const { backend, capture } = theRuntime();
  if (!capture) throw new EngineError("assignOnlyIf was called outside of a compiled function; use `if` there.");
  const [id] = backend.getInputTensorIds([condition]) as [number];
  capture.checks.holds(capture.output(id));
}
