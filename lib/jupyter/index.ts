/** Jupyter's protocol from both sides: the kernel that runs cells, and the client that starts and asks one.   (no tf) */

export type { ExecuteOptions, Execution } from "./client/execution";
export { jupyterDataFolder, jupyterDataFolders } from "./client/jupyter-paths";
export { Kernel } from "./client/kernel";
export type { KernelExit } from "./client/kernel-process";
export {
  type InstalledKernel,
  installKernel,
  type KernelPlace,
  type KernelSpec,
  kernelSpec,
  listKernels,
  removeKernel,
} from "./client/kernelspec";
export { type KernelOptions, startKernel } from "./client/start-kernel";
export { assignmentFindings } from "./compiler/assignment-findings";
export { type ConnectionInfo, channelAddress, createConnection } from "./connection";
export type { CellFailure } from "./failure";
export { createMessage, decodeMessage, encodeMessage, type Message } from "./message";
