import { ConfigError } from "../../errors";
import type { Displayable, Label } from "../displayable";
import { checkLabel, labelMetadata } from "../label";
import { type Cell, isMeasured } from "./cell";
import { tableHtml } from "./table-html";
import { type ColumnOptions, type TableModel, tableColumns, tableJson, tableMime } from "./table-model";
import { tableText } from "./table-text";

export interface TableOptions extends Label {
  /** Header, unit, decimals and alignment by column; their order here is the order of the columns. */
  readonly columns?: Readonly<Record<string, ColumnOptions>>;
}

/**
 * A table of rows that a notebook shows, a terminal prints and a report page draws with sorting and downloads.
 *
 * Rows may lack keys: what nobody knows is shown as a dash and is never filled in. Numbers are shown in one form
 * per column, so that a reader can compare them down the column.
 *
 * @param rows one object per row; a cell is text, a number, a truth value, `{ value, spread, n }`, or null for "not known"
 * @throws {ConfigError} when the id is no anchor, the caption is empty, or a cell is something else
 */
export function table(rows: readonly Readonly<Record<string, Cell>>[], options: TableOptions): Displayable {
  const label = checkLabel(options, "table");
  const columns = tableColumns(rows, options.columns);
  for (const [at, row] of rows.entries()) for (const { name } of columns) checkCell(row[name], label.id, name, at);
  const model: TableModel = { ...label, columns, rows: rows.map((row) => ({ ...row })) };
  return {
    metadata: labelMetadata(label, "table"),
    toText: () => tableText(model),
    async toMimeBundle() {
      const whole = await rectangle(model);
      return { "text/html": tableHtml(whole), [tableMime]: tableJson(whole), "text/plain": tableText(whole) };
    },
  };
}

/** The same table with every column in every row, by way of arquero, whose tables have no missing keys. */
async function rectangle(model: TableModel): Promise<TableModel> {
  const arquero = await import("arquero");
  const columns = model.columns.map(({ name }) => [name, model.rows.map((row) => row[name] ?? null)] as const);
  const rows = arquero.table(columns.map(([name, cells]) => [name, [...cells]])).objects() as Record<string, Cell>[];
  return { ...model, rows: model.columns.length === 0 ? [] : rows };
}

function checkCell(cell: unknown, id: string, column: string, row: number): void {
  if (cell === null || ["undefined", "string", "number", "boolean"].includes(typeof cell)) return;
  const measured = cell as Cell;
  if (isMeasured(measured) && typeof measured.value === "number") {
    if (["undefined", "number"].includes(typeof measured.spread) && ["undefined", "number"].includes(typeof measured.n))
      return;
  }
  throw new ConfigError(
    `Table "${id}", row ${row}, column "${column}": expected text, a number, a truth value, { value, spread, n } or null, got ${describe(cell)}.`,
  );
}

function describe(cell: unknown): string {
  try {
    return JSON.stringify(cell)?.slice(0, 80) ?? typeof cell;
  } catch {
    return typeof cell;
  }
}
