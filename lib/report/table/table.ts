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

/** An Arquero table, or anything that can return its rows as objects. */
export interface TableLike {
  columnNames(): string[];
  objects(): object[];
}

/** Rows as objects, or an Arquero table. */
export type Rows = readonly Readonly<Record<string, Cell>>[] | TableLike;

/**
 * A table of rows that a notebook shows, a terminal prints and a report page draws with sorting and downloads.
 *
 * Rows may lack keys: unknown values are shown as a dash and never filled in. Numbers are shown in one format per
 * column, so that a reader can compare them down the column.
 *
 * @param rows an Arquero table, or one object per row; a cell is text, a number, a boolean, `{ value, spread, n }`,
 *   or null for "not known"
 * @throws {ConfigError} when the id is not a valid anchor, the caption is empty, or a cell is something else
 */
export function table(rows: Rows, options: TableOptions): Displayable {
  const model = tableModel(rows, options);
  return {
    metadata: labelMetadata(model, "table"),
    toText: () => tableText(model),
    async toMimeBundle() {
      return { "text/html": tableHtml(model), [tableMime]: tableJson(model), "text/plain": tableText(model) };
    },
  };
}

/** The table as data, checked, with every column in every row. */
export function tableModel(given: Rows, options: TableOptions): TableModel {
  const label = checkLabel(options, "table");
  const rows = "objects" in given ? (given.objects() as Record<string, Cell>[]) : given;
  const known = "objects" in given ? given.columnNames().map((name) => [name, {}] as const) : [];
  // Requested columns come first; a table without rows still has its own columns.
  const columns = tableColumns(rows, { ...options.columns, ...Object.fromEntries(known), ...options.columns });
  for (const [at, row] of rows.entries()) for (const { name } of columns) checkCell(row[name], label.id, name, at);
  const whole = (row: Readonly<Record<string, Cell>>) =>
    Object.fromEntries(columns.map(({ name }) => [name, wholeCell(row[name])]));
  return { ...label, columns, rows: columns.length === 0 ? [] : rows.map(whole) };
}

/** The cell without a spread if n is 1: one repetition has none, whatever a formula gives. */
function wholeCell(cell: Cell): Cell {
  if (!isMeasured(cell) || (cell.n ?? 2) > 1) return cell ?? null;
  const { spread: _, ...rest } = cell;
  return rest;
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
