/** Notebooks run with nobody at a screen, one HTML page each, and folders of such pages compared.   (no tf) */
export { Board, type BoardRow } from "./board";
export { chooseNotebooks } from "./choose-notebooks";
export { compareReports, type ReportComparison } from "./compare-reports";
export type { ReportOptions } from "./plan";
export { type NotebookReport, type ReportsRun, reportsTable } from "./reports-run";
export { runNotebook } from "./run-notebook";
export { runReports } from "./run-reports";
