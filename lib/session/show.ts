import { randomUUID } from "node:crypto";
import type { Displayable } from "../report";
import { displayBundle, kernelBridge } from "./kernel-bridge";

/** A place in a cell's output whose content can be replaced while the cell runs. */
export interface LiveDisplay {
  /** Shows the thing in this place; the first call makes the place. Outside a kernel each call prints. */
  update(thing: Displayable): Promise<void>;
}

/**
 * Each thing in the output of the running cell, one display message per thing with all its forms; in a terminal its text.
 *
 * It need not be awaited in a cell: the kernel ends the cell when everything shown is out, in the order of the calls.
 */
export async function show(...things: Displayable[]): Promise<void> {
  const bridge = kernelBridge();
  if (bridge === undefined) {
    for (const thing of things) process.stdout.write(`${thing.toText()}\n`);
    return;
  }
  await Promise.all(things.map((thing) => bridge.display(displayBundle(thing))));
}

/** A place for progress: what is shown last replaces what was shown before. */
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
 * Empties the output of the running cell.
 *
 * With `wait` it is emptied only when the next output comes, so that nothing flickers.
 */
export function clearOutput({ wait = false }: { wait?: boolean } = {}): void {
  kernelBridge()?.clearOutput(wait);
}
