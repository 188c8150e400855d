import type { InterruptScope } from "../../interruption";
import type { CellRecord } from "./cell-record";

/** One thing in every form that a front end may choose from. */
export interface DisplayBundle {
  readonly data: Record<string, unknown>;
  readonly metadata: Record<string, unknown>;
}

export interface DisplayTarget {
  /** The display's name, so that it can be replaced later. */
  readonly displayId?: string;
  /** Replace the display of that name instead of adding one. */
  readonly update?: boolean;
}

/** What the kernel process offers to the library that runs in its cells. */
export interface KernelBridge {
  /**
   * Sends a bundle to the calling cell, in the order of the calls; the cell does not end before it has been sent.
   *
   * @throws whatever making the bundle throws
   */
  display(bundle: Promise<DisplayBundle>, target?: DisplayTarget): Promise<void>;
  /** Clears the calling cell's output; with `wait`, only when the next output arrives. */
  clearOutput(wait: boolean): void;
  /** See `interruptScope`. */
  interruptScope(): InterruptScope;
  /** Time and memory of the cells that have ended and of the running one. */
  cells(): readonly CellRecord[];
}

// The library may be loaded twice (a cell's copy and the kernel's own); a registered symbol is the same in both.
const slot = Symbol.for("njepa.kernel");
type Slots = { [slot]?: KernelBridge };

/** The kernel around us, or undefined in a plain Node process. */
export function kernelBridge(): KernelBridge | undefined {
  return (globalThis as Slots)[slot];
}

export function setKernelBridge(bridge: KernelBridge): void {
  (globalThis as Slots)[slot] = bridge;
}
