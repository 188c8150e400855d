import { formatCell } from "./cell";
import { headerNote, type TableModel } from "./table-model";

/** A table for a terminal: caption, headers, a rule, rows; columns padded to line up. */
export function tableText(table: TableModel): string {
  const header = table.columns.map((column) => [column.header, headerNote(column, table)].filter(Boolean).join(" "));
  const rows = table.rows.map((row) => table.columns.map((column) => formatCell(row[column.name], column.digits)));
  const lines = [header, ...rows].map((cells) => cells.map((cell) => cell.replace(/\s+/g, " ")));
  const widths = table.columns.map((_, at) => lines.reduce((most, cells) => Math.max(most, width(cells[at] ?? "")), 0));
  const pad = (cells: readonly string[]) =>
    cells
      .map((cell, at) => align(cell, widths[at] ?? 0, table.columns[at]?.align ?? "left"))
      .join("  ")
      .trimEnd();
  const [first = [], ...rest] = lines;
  return [table.caption, pad(first), widths.map((it) => "─".repeat(it)).join("  "), ...rest.map(pad)].join("\n");
}

const width = (text: string) => [...text].length;

function align(text: string, total: number, side: "left" | "right" | "center"): string {
  const room = total - width(text);
  const left = side === "right" ? room : side === "center" ? Math.floor(room / 2) : 0;
  return " ".repeat(left) + text + " ".repeat(room - left);
}
