/** Between the kernel and the library in its cells; apart from the rest of the room, so that a kernel starts with little.   (no tf) */
export { type DisplayBundle, type DisplayTarget, type KernelBridge, kernelBridge, setKernelBridge } from "./bridge";
export type { CellRecord } from "./cell-record";
export { displayBundle } from "./display-bundle";
