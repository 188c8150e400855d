import { EngineError } from "../../errors";
import { callSite } from "../native/call-site";

/** The error for a tf.Variable in a capture: it lives outside TensorFlow, so its captured value would never change. */
export function refuseVariable(what: string): EngineError {
  return new EngineError(
    `The tf.Variable ${what}${callSite()} while a function was captured for compile(), which would keep the value it ` +
      `has now. Use createVariable(): it is updated in place, by compiled functions too.`,
  );
}
