import type { InterruptScope } from "../../interruption";
import type { CellRecord } from "./cell-record";

/** One thing in every form that a front end may choose from. */
export interface DisplayBundle {
  readonly data: Record<string, unknown>;
  readonly metadata: Record<string, unknown>;
}

export interface DisplayTarget {
  /** Names the display, so that it can be replaced later. */
  readonly displayId?: string;
  /** Replace the display of that name instead of adding one. */
  readonly update?: boolean;
}

/** What the kernel process offers to the library that runs in its cells. */
export interface KernelBridge {
  /**
   * Sends a bundle to the cell that called, in the order of the calls; the cell does not end before it is out.
   *
   * @throws whatever the bundle's making throws
   */
  display(bundle: Promise<DisplayBundle>, target?: DisplayTarget): Promise<void>;
  /** Empties the output of the cell that called; with `wait`, when the next output comes. */
  clearOutput(wait: boolean): void;
  /** See `interruptScope`. */
  interruptScope(): InterruptScope;
  /** What the cells took that have ended, and the one that runs. */
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
