import { randomUUID } from "node:crypto";
import type { Displayable } from "../report";
import { displayBundle, kernelBridge } from "./kernel-bridge";

/** A place in a cell's output whose content can be replaced while the cell runs. */
export interface LiveDisplay {
  /** Shows the thing in this place; the first call creates the place. Outside a kernel each call prints. */
  update(thing: Displayable): Promise<void>;
}

/**
 * Shows each thing in the running cell's output, one display message per thing with all its forms; in a terminal, as
 * text.
 *
 * In a cell it need not be awaited: the kernel ends the cell once everything shown has been sent, in call order.
 */
export async function show(...things: Displayable[]): Promise<void> {
  const bridge = kernelBridge();
  if (bridge === undefined) {
    for (const thing of things) process.stdout.write(`${thing.toText()}\n`);
    return;
  }
  await Promise.all(things.map((thing) => bridge.display(displayBundle(thing))));
}

/** A place for progress: each thing shown replaces the one before. */
export function liveDisplay(): LiveDisplay {
  const displayId = randomUUID();
  let made = false;
  return {
    async update(thing) {
      const bridge = kernelBridge();
      if (bridge === undefined) {
        process.stdout.write(`${thing.toText()}\n`);
        return;
      }
      const update = made;
      made = true;
      await bridge.display(displayBundle(thing), { displayId, update });
    },
  };
}

/**
 * Clears the running cell's output.
 *
 * With `wait`, only when the next output arrives, so that nothing flickers.
 */
export function clearOutput({ wait = false }: { wait?: boolean } = {}): void {
  kernelBridge()?.clearOutput(wait);
}
