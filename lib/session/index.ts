/** What the library says to the session that it runs in: displays, live progress, time and memory of cells.   (no tf) */
export { type DisplayBundle, type DisplayTarget, type KernelBridge, kernelBridge, setKernelBridge } from "./bridge";
export type { CellRecord } from "./cell-record";
export type { Watchable } from "./progress-figure";
export { type Meter, registerMeter, type SessionReport, session } from "./session";
export { clearOutput, displayBundle, type LiveDisplay, liveDisplay, show } from "./show";
export { liveLine, type WatchOptions, watch } from "./watch";
