/** Rows, specifications and images in; things to show and self-contained HTML pages out.   (no tf) */

export { claims } from "./claims/claims";
export type { ClaimEffect, ClaimsModel, ClaimVerdict } from "./claims/claims-model";
export { diffReports } from "./diff/diff-folders";
export { type CellDiff, diffNotebooks, type NotebookDiff } from "./diff/diff-notebooks";
export type { OutputDiff } from "./diff/diff-outputs";
export { diffHtml } from "./diff/diff-page";
export type { Difference, Tolerance } from "./diff/diff-values";
export type { Displayable, Label } from "./displayable";
export { figure } from "./figure/figure";
export type { FigureSpec } from "./figure/figure-spec";
export { type ImagesOptions, images } from "./masks/images";
export { type MaskFigureInput, maskFigure } from "./masks/mask-figure";
export { type MaskTableInput, maskTable } from "./masks/mask-table";
export type { MaskArrays } from "./masks/mask-view";
export type { Pixels } from "./masks/pixels";
export type { NotebookFailure, NotebookResult, NotebookStatus } from "./notebook-result";
export { type Page, pageHtml } from "./page/page";
export type { ReportSummary } from "./page/summary";
export { requireWritable, writeReportFile } from "./page/write-file";
export { writeIndex, writeReport, writeReports } from "./page/write-reports";
export { type Provenance, provenance } from "./provenance";
export { arquero } from "./table/arquero";
export type { Cell, Measured } from "./table/cell";
export { exportTable, type TableFormat, tableFormats } from "./table/export-table";
export { type Rows, type TableLike, type TableOptions, table } from "./table/table";
export type { ColumnOptions } from "./table/table-model";
export { wrap } from "./wrap-text";
