/** Notebooks as files, their parameters, their execution on a kernel, and what an execution leaves for the next.   (no tf) */
export { CellOutputs, DisplayRegistry } from "./cell-outputs";
export { executeNotebook } from "./execute-notebook";
export { findKept, type KeptRun, type RecordedRun, recordKept, recordRun } from "./notebook-cache";
export { readNotebook, writeNotebook } from "./notebook-file";
export type { NotebookInputs } from "./notebook-inputs";
export type { NotebookOptions, NotebookProgress, NotebookRun, NotebookStatus } from "./notebook-run";
export { NotebookSession } from "./notebook-session";
export { type NotebookParameters, parameterNames, withParameters } from "./parameters";
