/** Registers what parts of the library report to `session()`; the kernel's code imports none of them. */
import { memory } from "./engine";
import { EngineError } from "./errors";
import { registerMeter } from "./session/session";

registerMeter("engine", () => {
  try {
    const { tensors, handles, bytes } = memory();
    return { tensors, handles, bytes };
  } catch (error) {
    if (error instanceof EngineError) return undefined; // not started yet
    throw error;
  }
});
