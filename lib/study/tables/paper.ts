import type { PaperValue } from "../../config";
import tables from "../paper-tables.json";

/** The tables of the paper, with every cell that is lost as null. */
type PaperTable = keyof {
  [Name in keyof typeof tables as (typeof tables)[Name] extends { rows: unknown } ? Name : never]: true;
};

/** The paper's cell in a table's given row, for the only column that our table has. */
export function printed(table: PaperTable, row: number, column = "top-1"): Record<string, PaperValue> {
  const cell = tables[table].rows[row];
  if (!cell) throw new RangeError(`${table} has no row ${row}`);
  return { [column]: { value: cell.top1, source: cell.source } };
}

/** Numbers published by others, for the rows of Table 4 that are not ours. */
export const cited = tables.external_anchors;
