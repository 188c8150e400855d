/** What the library shows in the session it runs in: displays, live progress, time and memory of cells.   (no tf) */
export {
  type CellRecord,
  type DisplayBundle,
  type DisplayTarget,
  displayBundle,
  type KernelBridge,
  kernelBridge,
  setKernelBridge,
} from "./kernel-bridge";
export type { Watchable } from "./progress-figure";
export { type Meter, registerMeter, type SessionReport, session } from "./session";
export { clearOutput, type LiveDisplay, liveDisplay, show } from "./show";
export { liveLine, type WatchOptions, watch } from "./watch";
