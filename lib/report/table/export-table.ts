import { requireChoice } from "../../errors";
import { type Rows, type TableOptions, tableModel } from "./table";
import { tableCsv } from "./table-csv";
import { tableLatex } from "./table-latex";
import { tableMarkdown } from "./table-markdown";
import { tableJson } from "./table-model";

export const tableFormats = ["csv", "json", "latex", "markdown"] as const;
export type TableFormat = (typeof tableFormats)[number];

/**
 * Rows as text for other tools: CSV and JSON unrounded, LaTeX and Markdown rounded as `table` shows them.
 *
 * @throws {ConfigError} for a format that is none
 */
export function exportTable(rows: Rows, options: TableOptions, format: TableFormat): string {
  requireChoice("format", format, tableFormats);
  const model = tableModel(rows, options);
  if (format === "csv") return tableCsv(model);
  if (format === "json") return `${JSON.stringify(tableJson(model), null, 2)}\n`;
  return format === "latex" ? tableLatex(model) : tableMarkdown(model);
}
