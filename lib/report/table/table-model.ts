import { z } from "zod";
import type { Label } from "../displayable";
import { type Cell, commonDigits, isMeasured, numberOf } from "./cell";

export const tableMime = "application/vnd.njepa.table+json";

/** How one column is shown. What is omitted is inferred from the values. */
export interface ColumnOptions {
  readonly header?: string;
  /** Shown in the header, in brackets: `top-1 (%)`. */
  readonly unit?: string;
  /** Decimals of every number in the column. */
  readonly digits?: number;
  readonly align?: "left" | "right" | "center";
  /** Which number of the column to mark as the best: the highest or the lowest. */
  readonly best?: "high" | "low";
}

export interface TableColumn {
  readonly name: string;
  readonly header: string;
  readonly unit?: string | undefined;
  readonly digits?: number | undefined;
  readonly align: "left" | "right" | "center";
  readonly best?: "high" | "low" | undefined;
}

/** A table as data: the content of the MIME type `application/vnd.njepa.table+json`, from which a page draws it. */
export interface TableModel extends Label {
  readonly columns: readonly TableColumn[];
  readonly rows: readonly Readonly<Record<string, Cell>>[];
}

/** Numbers that JSON cannot express; a table must not turn a diverged loss into "not known". */
const notFinite: Readonly<Record<string, number>> = {
  NaN: Number.NaN,
  Infinity: Number.POSITIVE_INFINITY,
  "-Infinity": Number.NEGATIVE_INFINITY,
};
const jsonNumber = z.union([
  z.number(),
  z
    .strictObject({ notFinite: z.enum(["NaN", "Infinity", "-Infinity"]) })
    .transform((it) => notFinite[it.notFinite] ?? 0),
]);
const jsonCell = z.union([
  z.null(),
  z.string(),
  z.boolean(),
  jsonNumber,
  z.strictObject({ value: jsonNumber, spread: jsonNumber.optional(), n: z.number().optional() }),
]);
const jsonTable = z.object({
  id: z.string(),
  caption: z.string(),
  columns: z.array(
    z.object({
      name: z.string(),
      header: z.string(),
      unit: z.string().optional(),
      digits: z.int().min(0).max(20).optional(),
      align: z.enum(["left", "right", "center"]),
      best: z.enum(["high", "low"]).optional(),
    }),
  ),
  rows: z.array(z.record(z.string(), jsonCell)),
});

/** A table read from a notebook file, which anyone may have written; undefined if it is not one of ours. */
export function parseTable(json: unknown): TableModel | undefined {
  const result = jsonTable.safeParse(json);
  return result.success ? (result.data as TableModel) : undefined;
}

/** The table as plain JSON that `parseTable` reads back to the same values. */
export function tableJson(table: TableModel): Record<string, unknown> {
  const write = (value: number) => (Number.isFinite(value) ? value : { notFinite: String(value) });
  const cell = (it: Cell): unknown => {
    if (it === undefined || it === null) return null;
    if (typeof it === "number") return write(it);
    if (!isMeasured(it)) return it;
    return {
      value: write(it.value),
      ...(it.spread === undefined ? {} : { spread: write(it.spread) }),
      ...(it.n === undefined ? {} : { n: it.n }),
    };
  };
  const rows = table.rows.map((row) => Object.fromEntries(table.columns.map(({ name }) => [name, cell(row[name])])));
  return JSON.parse(JSON.stringify({ id: table.id, caption: table.caption, columns: table.columns, rows }));
}

/** The columns of these rows: the requested ones first, in their order, then every other key in order of appearance. */
export function tableColumns(
  rows: readonly Readonly<Record<string, Cell>>[],
  asked: Readonly<Record<string, ColumnOptions>> = {},
): TableColumn[] {
  const names = new Set<string>();
  for (const row of rows) for (const name of Object.keys(row)) names.add(name);
  const ordered = [...new Set([...Object.keys(asked), ...names])];
  return ordered.map((name) => {
    const options = asked[name] ?? {};
    const cells = rows.map((row) => row[name]);
    const known = cells.filter((cell) => cell !== null && cell !== undefined);
    const numeric = known.length > 0 && known.every((cell) => numberOf(cell) !== undefined);
    return {
      name,
      header: options.header ?? name,
      unit: options.unit,
      digits: options.digits ?? (numeric ? commonDigits(cells) : undefined),
      align: options.align ?? (numeric ? "right" : "left"),
      ...(options.best === undefined ? {} : { best: options.best }),
    };
  });
}

/** Tells whether a cell is the best of its column, if that is to be marked; ties all count, a single value does not. */
export function bestCells({ columns, rows }: TableModel): (cell: Cell, column: TableColumn) => boolean {
  const best = new Map<string, number>();
  for (const { name, best: side } of columns) {
    if (side === undefined) continue;
    const values = rows.map((row) => numberOf(row[name])).filter((it) => it !== undefined);
    const better = side === "high" ? Math.max : Math.min;
    if (values.length > 1)
      best.set(
        name,
        values.reduce((one, other) => better(one, other)),
      );
  }
  return (cell, { name }) => best.has(name) && numberOf(cell) === best.get(name);
}

/** `(%, n = 5)`: the unit, and the n of the column's measured cells; `n = 4 to 6` where they differ. */
export function headerNote(column: TableColumn, table: TableModel): string {
  const counts = table.rows.map((row) => row[column.name]).flatMap((cell) => (isMeasured(cell) ? [cell.n] : []));
  const known = counts.filter((n) => n !== undefined);
  const [least, most] = [Math.min(...known), Math.max(...known)];
  const n =
    known.length === 0 || known.length < counts.length ? undefined : least === most ? least : `${least} to ${most}`;
  const notes = [column.unit, n === undefined ? undefined : `n = ${n}`];
  const text = notes.filter((note) => note !== undefined && note !== "").join(", ");
  return text === "" ? "" : `(${text})`;
}
