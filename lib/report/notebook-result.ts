import type { ICell, ICodeCell, INotebookContent, IOutput } from "@jupyterlab/nbformat";

/**
 * How an execution ended: every cell ran, a cell threw, a time limit passed, the kernel died, some of the output was lost,
 * somebody stopped it, the file was no notebook, or the executed notebook could not be written.
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

/** A notebook with the outputs of its execution, and how that went; what `executeNotebook` gives fits. */
export interface NotebookResult {
  /** File name without folder and ending; the page is named after it. */
  readonly name: string;
  readonly notebook: INotebookContent;
  readonly status: NotebookStatus;
  /** Index in `notebook.cells` of the cell that did not end well. */
  readonly failedCell?: number | undefined;
  readonly error?: NotebookFailure | undefined;
  readonly seconds: number;
  /** ISO 8601: when the outputs were made, if they are those of an earlier execution. */
  readonly kept?: string | undefined;
  /** The most memory that the kernel's process held. */
  readonly peakBytes?: number | undefined;
}

export interface NotebookFailure {
  readonly ename: string;
  readonly evalue: string;
  readonly traceback?: readonly string[] | undefined;
}

/** nbformat allows a text to be a list of lines. */
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

/** Seconds between the start and the end of a cell, where the client wrote them down. */
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

/** `2024-05-01 10:00 UTC`; what is no time is said as it is, and may hold anything. */
export function formatTime(iso: string): string {
  return /^\d{4}-\d\d-\d\dT\d\d:\d\d/.test(iso) ? `${iso.slice(0, 16).replace("T", " ")} UTC` : iso;
}
