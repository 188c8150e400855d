export { CellOutputs, DisplayRegistry } from "./cell-outputs";
export { type ConnectionInfo, createConnection } from "./connection";
export {
  executeNotebook,
  type NotebookOptions,
  type NotebookProgress,
  type NotebookRun,
  type NotebookStatus,
} from "./execute-notebook";
export type { CellFailure } from "./failure";
export { jupyterDataFolder, jupyterDataFolders } from "./jupyter-paths";
export { type ExecuteOptions, type Execution, Kernel, type KernelOptions, startKernel } from "./kernel";
export type { KernelExit } from "./kernel-process";
export {
  type InstalledKernel,
  installKernel,
  type KernelPlace,
  type KernelSpec,
  kernelSpec,
  listKernels,
  removeKernel,
} from "./kernelspec";
export { createMessage, decodeMessage, encodeMessage, type Message } from "./message";
export { findKept, type KeptRun, type RecordedRun, recordKept, recordRun } from "./notebook-cache";
export { readNotebook, writeNotebook } from "./notebook-file";
export type { NotebookInputs } from "./notebook-inputs";
export { NotebookSession } from "./notebook-session";
export { type NotebookParameters, parameterNames, withParameters } from "./parameters";
export { type CellRecord, type Meter, registerMeter, type SessionReport, session } from "./session";
export { clearOutput, type LiveDisplay, liveDisplay, show } from "./show";
export { liveLine, type Watchable, type WatchOptions, watch } from "./watch";
