import type { IOutput } from "@jupyterlab/nbformat";
import { specMime, svgMime } from "../figure/figure";
import { multiline } from "../notebook-result";
import { provenanceMime } from "../provenance";
import { type Cell, isMeasured } from "../table/cell";
import { parseTable, type TableModel, tableMime } from "../table/table-model";
import {
  type Comparison,
  compareJson,
  compareText,
  compareValues,
  costUnits,
  type Difference,
  joinComparisons,
  type Tolerance,
} from "./diff-values";

/** Two corresponding outputs; one of them may be missing. */
export interface OutputDiff {
  /** `table low-shot`, `figure masks`, `printed text`. */
  readonly what: string;
  readonly numbers: number;
  readonly differences: readonly Difference[];
  /** Both tables, for drawing them as one. */
  readonly tables?: { readonly a: TableModel; readonly b: TableModel };
}

type Data = Record<string, unknown>;

/** The outputs of one cell in two executions, in pairs: named ones by name, the others by order. */
export function diffOutputs(a: readonly IOutput[], b: readonly IOutput[], tolerance: Tolerance): OutputDiff[] {
  const [left, right] = [a, b].map((outputs) => gather(outputs));
  if (left === undefined || right === undefined) return [];
  return [...new Set([...left.keys(), ...right.keys()])].map((what) => {
    const one = left.get(what);
    const other = right.get(what);
    if (one === undefined || other === undefined) {
      const [was, is] = one === undefined ? ["nothing", "there"] : ["there", "nothing"];
      return { what, numbers: 0, differences: [{ where: what, a: was, b: is, counts: true }] };
    }
    return { what, ...compareOutputs(what, one, other, tolerance), ...tablesOf(one, other) };
  });
}

/** Outputs by key; streams of the same name are joined into one text, however many messages carried them. */
function gather(outputs: readonly IOutput[]): Map<string, IOutput> {
  const found = new Map<string, IOutput>();
  const enter = (wish: string, output: IOutput) => {
    let name = wish;
    for (let copy = 2; found.has(name); copy++) name = `${wish} (${copy})`;
    found.set(name, output);
  };
  for (const output of outputs) {
    if (output.output_type === "stream") {
      const name = output.name === "stderr" ? "text on stderr" : "printed text";
      const before = found.get(name);
      if (before === undefined) found.set(name, { ...output, text: multiline(output.text) });
      else before.text = multiline(before.text) + multiline(output.text);
      continue;
    }
    if (output.output_type === "error") {
      enter("error", output);
      continue;
    }
    const data = dataOf(output);
    if (data[provenanceMime] !== undefined) continue; // where and when, not what
    const label = ((output.metadata ?? {}) as { njepa?: { id?: unknown; kind?: unknown } }).njepa;
    const kind = typeof label?.kind === "string" ? label.kind : data[tableMime] !== undefined ? "table" : "output";
    enter(typeof label?.id === "string" ? `${kind} ${label.id}` : kind, output);
  }
  return found;
}

function compareOutputs(what: string, a: IOutput, b: IOutput, tolerance: Tolerance): Comparison {
  if (a.output_type === "stream") return compareText(what, multiline(a.text), multiline(b.text), tolerance);
  if (a.output_type === "error")
    return compareText(what, `${a.ename}: ${a.evalue}`, `${b.ename}: ${b.evalue}`, tolerance);
  const [one, other] = [dataOf(a), dataOf(b)];
  const [left, right] = [parseTable(one[tableMime]), parseTable(other[tableMime])];
  if (left !== undefined && right !== undefined) return compareTables(left, right, tolerance);
  if (one[specMime] !== undefined && other[specMime] !== undefined)
    return compareJson(one[specMime], other[specMime], tolerance);
  for (const mime of [svgMime, "image/png", "text/html", ...Object.keys(one), ...Object.keys(other)]) {
    const [was, is] = [one[mime], other[mime]];
    if ((was === undefined && is === undefined) || mime === "text/plain") continue;
    if (mime.endsWith("json")) return compareJson(was, is, tolerance);
    if (wordTypes.has(mime)) return compareText(what, multiline(was), multiline(is), tolerance);
    const same = multiline(was) === multiline(is);
    return { numbers: 0, differences: same ? [] : [{ where: what, a: mime, b: "other bytes", counts: true }] };
  }
  return compareText(what, multiline(one["text/plain"]), multiline(other["text/plain"]), tolerance);
}

const wordTypes = new Set(["text/markdown", "text/latex"]);

function tablesOf(a: IOutput, b: IOutput): { tables?: { a: TableModel; b: TableModel } } {
  const [left, right] = [parseTable(dataOf(a)[tableMime]), parseTable(dataOf(b)[tableMime])];
  return left === undefined || right === undefined ? {} : { tables: { a: left, b: right } };
}

function compareTables(a: TableModel, b: TableModel, tolerance: Tolerance): Comparison {
  const columns = [...new Set([...a.columns, ...b.columns].map(({ name }) => name))];
  const rows = Math.max(a.rows.length, b.rows.length);
  const parts: Comparison[] = [];
  for (let row = 0; row < rows; row++)
    for (const column of columns) parts.push(compareCells(a, b, row, column, tolerance));
  return joinComparisons(parts);
}

/** One cell of two tables: the value, its spread and its n. */
export function compareCells(
  a: TableModel,
  b: TableModel,
  row: number,
  column: string,
  tolerance: Tolerance,
): Comparison {
  const where = `row ${row + 1}, ${column}`;
  const [one, other] = [a.rows[row]?.[column], b.rows[row]?.[column]];
  const unit = [...a.columns, ...b.columns].find(({ name }) => name === column)?.unit ?? column;
  const cost = costUnits.test(unit);
  const whole = compareValues(where, amountOf(one), amountOf(other), tolerance, cost);
  const differences = [whole];
  let numbers = typeof amountOf(one) === "number" ? 1 : 0;
  if (isMeasured(one) && isMeasured(other)) {
    differences.push(compareValues(`${where} ±`, one.spread, other.spread, tolerance, cost));
    differences.push(compareValues(`${where} n`, one.n, other.n, tolerance));
    numbers += one.spread === undefined ? 0 : 1;
  } else if (isMeasured(one) !== isMeasured(other) && whole === undefined) {
    differences.push({ where, a: isMeasured(one) ? "with a spread" : "alone", b: "otherwise", counts: true });
  }
  return { numbers, differences: differences.filter((it) => it !== undefined) };
}

function amountOf(cell: Cell): unknown {
  return isMeasured(cell) ? cell.value : (cell ?? null);
}

function dataOf(output: IOutput): Data {
  return (output.data ?? {}) as Data;
}
