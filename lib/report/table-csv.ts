import { type Cell, isMeasured } from "./cell";
import type { TableModel } from "./table-model";

/** The table as CSV, unrounded; a measured column becomes three: the value, `<name> spread` and `<name> n`. */
export async function tableCsv(table: TableModel): Promise<string> {
  const arquero = await import("arquero");
  const columns: [string, (string | number | boolean | null)[]][] = [];
  for (const { name } of table.columns) {
    const cells = table.rows.map((row) => row[name]);
    columns.push([name, cells.map(plain)]);
    if (!cells.some(isMeasured)) continue;
    columns.push([`${name} spread`, cells.map((cell) => (isMeasured(cell) ? (cell.spread ?? null) : null))]);
    columns.push([`${name} n`, cells.map((cell) => (isMeasured(cell) ? (cell.n ?? null) : null))]);
  }
  return `${arquero.table(columns).toCSV()}\n`;
}

function plain(cell: Cell): string | number | boolean | null {
  return isMeasured(cell) ? cell.value : (cell ?? null);
}
