import type { ICell, ICodeCell, INotebookContent, IOutput } from "@jupyterlab/nbformat";

/**
 * How an execution ended: every cell ran, a cell threw, a time limit passed, the kernel died, some of the output was lost,
 * somebody stopped it, the file was not a notebook, or the executed notebook could not be written.
 */
export const notebookStatuses = [
  "ok",
  "failed",
  "timeout",
  "dead",
  "lost",
  "stopped",
  "unreadable",
  "unwritten",
] as const;
export type NotebookStatus = (typeof notebookStatuses)[number];

/** A notebook with the outputs of its execution and how that went, such as the result of `executeNotebook`. */
export interface NotebookResult {
  /** File name without folder and extension; the page is named after it. */
  readonly name: string;
  readonly notebook: INotebookContent;
  readonly status: NotebookStatus;
  /** Index in `notebook.cells` of the cell that failed. */
  readonly failedCell?: number | undefined;
  readonly error?: NotebookFailure | undefined;
  readonly seconds: number;
  /** ISO 8601: when the outputs were made, if they are those of an earlier execution. */
  readonly kept?: string | undefined;
  /** Peak memory of the kernel's process. */
  readonly peakBytes?: number | undefined;
}

export interface NotebookFailure {
  readonly ename: string;
  readonly evalue: string;
  readonly traceback?: readonly string[] | undefined;
}

/** The text as one string; nbformat allows a list of lines. */
export function multiline(text: unknown): string {
  if (typeof text === "string") return text;
  return Array.isArray(text) ? text.map((line) => (typeof line === "string" ? line : "")).join("") : "";
}

export function isCodeCell(cell: ICell): cell is ICodeCell {
  return cell.cell_type === "code";
}

export function outputsOf(cell: ICell): IOutput[] {
  return isCodeCell(cell) && Array.isArray(cell.outputs) ? cell.outputs : [];
}

/** Seconds between the start and the end of a cell, if the client recorded them. */
export function cellSeconds(cell: ICell): number | undefined {
  const execution = cell.metadata?.execution as Record<string, unknown> | undefined;
  const start = Date.parse(String(execution?.["iopub.execute_input"] ?? execution?.["shell.execute_reply.started"]));
  const end = Date.parse(String(execution?.["shell.execute_reply"] ?? execution?.["iopub.status.idle"]));
  return Number.isFinite(start) && Number.isFinite(end) && end >= start ? (end - start) / 1000 : undefined;
}

/** When the cell's outputs were made, if an earlier execution made them: ISO 8601, or `unknown`. */
export function keptSince(cell: ICell): string | undefined {
  const kept = (cell.metadata?.njepa as { kept?: unknown } | undefined)?.kept;
  if (kept === undefined) return undefined;
  return typeof kept === "string" && /^\d{4}-\d\d-\d\dT[\d:.]+Z$/.test(kept) ? kept : "unknown";
}

/** The time as `2024-05-01 10:00 UTC`; text that is not a time is returned unchanged, and may contain anything. */
export function formatTime(iso: string): string {
  return /^\d{4}-\d\d-\d\dT\d\d:\d\d/.test(iso) ? `${iso.slice(0, 16).replace("T", " ")} UTC` : iso;
}
