import { type Cell, isMeasured } from "./cell";
import type { TableModel } from "./table-model";

type Plain = string | number | boolean | null;

/**
 * The table as CSV (RFC 4180), unrounded; a measured column becomes three: the value, `<name> spread` and `<name> n`.
 * Unknown values are empty. Text that a spreadsheet would take for a formula is prefixed with an apostrophe.
 */
export function tableCsv(table: TableModel): string {
  const columns: [string, Plain[]][] = [];
  for (const { name } of table.columns) {
    const cells = table.rows.map((row) => row[name]);
    columns.push([name, cells.map(plain)]);
    if (!cells.some(isMeasured)) continue;
    columns.push([`${name} spread`, cells.map((cell) => (isMeasured(cell) ? (cell.spread ?? null) : null))]);
    columns.push([`${name} n`, cells.map((cell) => (isMeasured(cell) ? (cell.n ?? null) : null))]);
  }
  const header = columns.map(([name]) => field(name));
  const rows = table.rows.map((_, at) => columns.map(([, cells]) => field(cells[at] ?? null)));
  return [header, ...rows].map((line) => `${line.join(",")}\r\n`).join("");
}

function plain(cell: Cell): Plain {
  return isMeasured(cell) ? cell.value : (cell ?? null);
}

function field(value: Plain): string {
  const text = value === null ? "" : String(value);
  const safe = typeof value === "string" && /^[=+\-@\t\r\n＝＋－＠]/.test(text) ? `'${text}` : text;
  return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}
