import type { Displayable } from "../../report";
import type { DisplayBundle } from "./bridge";

/** All forms of a thing as a display message carries them; bytes become base64, as Jupyter requires. */
export async function displayBundle(thing: Displayable): Promise<DisplayBundle> {
  const data: Record<string, unknown> = {};
  for (const [mime, value] of Object.entries(await thing.toMimeBundle())) {
    data[mime] = value instanceof Uint8Array ? Buffer.from(value).toString("base64") : value;
  }
  return { data, metadata: thing.metadata ?? {} };
}
