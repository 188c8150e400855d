import type { INotebookContent } from "@jupyterlab/nbformat";
import type { CellFailure, Execution, KernelOptions } from "../jupyter";
import type { NotebookParameters } from "./parameters";

export interface NotebookOptions {
  /** Values for what the cell tagged `parameters` declares. */
  parameters?: NotebookParameters;
  /** Seconds that one cell may run. Default: no limit. */
  cellTimeout?: number;
  /** Seconds that the whole notebook may run, the kernel's start included. Default: no limit. */
  timeout?: number;
  /** Seconds an interrupted cell has to end before its kernel is killed. Default 5. */
  grace?: number;
  /** Seconds of silence before a cell's output whose end is still missing counts as lost. Default 10. */
  lostAfter?: number;
  onProgress?: (progress: NotebookProgress) => void;
  /** Seconds between two `running` or `starting` events while no cell ends. Default 2. */
  progressEvery?: number;
  /** Folder that the kernel runs in. Default: the notebook's. */
  cwd?: string;
  /** Where the executed notebook is written, whatever its status. Default: nowhere. */
  output?: string;
  /** Track which files the cells read, for a session's `inputs()`. Default: no. */
  trackInputs?: boolean;
  kernel?: Omit<KernelOptions, "cwd">;
}

/** Progress of a run: `cell` counts code cells from 1, `of` is how many there are. */
export type NotebookProgress =
  | { kind: "starting"; seconds: number }
  | { kind: "cell-started"; cell: number; of: number; index: number; firstLine: string }
  | { kind: "cell-running"; cell: number; of: number; index: number; seconds: number; text?: string }
  | { kind: "cell-finished"; cell: number; of: number; index: number; seconds: number; status: Execution["status"] };

export type NotebookStatus = "ok" | "failed" | "timeout" | "dead" | "lost";

export interface NotebookRun {
  /** The notebook in nbformat 4.5 with its outputs, up to and including those of a failed cell. */
  notebook: INotebookContent;
  status: NotebookStatus;
  /** The cell that ended the run: its index among all cells, from 0, and its text. */
  failedCell?: { index: number; source: string };
  error?: CellFailure;
  seconds: number;
  /** Peak memory of the kernel's process in bytes, where the system reports it. */
  peakBytes?: number;
}
