import * as tf from "@tensorflow/tfjs-core";
import { EngineError } from "../../errors";
import { callSite } from "../native/call-site";

/** What TensorFlow.js appends to an op's name where it opens a scope for it. */
const SCOPE = /__op$/;

/**
 * What `work` gives, where drawing a random number is an error: all that TensorFlow.js draws without a seed, and all that
 * the function draws itself, comes from `Math.random`, and would be the same at every call of the captured function.
 *
 * @param work  synchronous, so that nothing else meets the guard
 * @throws {EngineError} that names the op and the line
 */
export function refusingRandom<Result>(work: () => Result): Result {
  const { random } = Math;
  Math.random = () => {
    throw refuseRandom(opInProgress() ?? "Math.random");
  };
  try {
    return work();
  } finally {
    Math.random = random;
  }
}

/** The error for random numbers in a capture. */
function refuseRandom(what: string): EngineError {
  return new EngineError(
    `${what} drew random numbers${callSite()} while a function was captured for compile(), which would use the same ones ` +
      "at every call. Draw them outside and pass them as an argument.",
  );
}

/** The outermost op of TensorFlow.js that is being run, such as `tf.dropout`; null: none. */
function opInProgress(): string | null {
  const { scopeStack } = tf.engine().state as unknown as { scopeStack: readonly { name: string }[] };
  const names = scopeStack.map(({ name }) => name).filter((name) => SCOPE.test(name));
  return names[0] === undefined ? null : `tf.${names[0].replace(SCOPE, "")}`;
}
