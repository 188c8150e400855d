/** Rows, specifications and images in; things to show and self-contained HTML pages out.   (no tf) */
export type { Cell, Measured } from "./cell";
export type { Displayable, Label } from "./displayable";
export { figure } from "./figure";
export type { FigureSpec } from "./figure-spec";
export { type ImagesOptions, images } from "./images";
export { type MaskFigureInput, maskFigure } from "./mask-figure";
export { type MaskTableInput, maskTable } from "./mask-table";
export type { MaskArrays } from "./mask-view";
export { formatSeconds, type NotebookFailure, type NotebookResult, type NotebookStatus } from "./notebook";
export { type Page, pageHtml } from "./page";
export type { Pixels } from "./pixels";
export { type Provenance, provenance } from "./provenance";
export type { ReportSummary } from "./summary";
export { type TableOptions, table } from "./table";
export type { ColumnOptions } from "./table-model";
export { requireWritable } from "./write-file";
export { writeIndex, writeReport, writeReports } from "./write-reports";
