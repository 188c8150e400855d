import { EngineError } from "../../errors";
import { callSite } from "../native/call-site";

/** A tf.Variable lives outside of TensorFlow: a captured function would see the value of its capture for ever. */
export function refuseVariable(what: string): EngineError {
  return new EngineError(
    `The tf.Variable ${what}${callSite()} while a function was captured for compile(), which would keep the value it ` +
      `has now. Use createVariable(): it is updated in place, by compiled functions too.`,
  );
}
