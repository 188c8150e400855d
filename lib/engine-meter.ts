/** What the parts of the library tell `session()`; the kernel's room imports none of them. */
import { memory } from "./engine";
import { EngineError } from "./errors";
import { registerMeter } from "./session/session";

registerMeter("engine", () => {
  try {
    const { tensors, handles, bytes } = memory();
    return { tensors, handles, bytes };
  } catch (error) {
    if (error instanceof EngineError) return undefined; // it is not up yet
    throw error;
  }
});
