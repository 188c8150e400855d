/** A mean with its spread over n repetitions, shown as `81.2 ± 0.4`. */
export interface Measured {
  readonly value: number;
  /** Half-width in the value's unit: a standard deviation or an interval, as stated in the caption. */
  readonly spread?: number;
  /** Number of repetitions. */
  readonly n?: number;
}

/** What a table cell can hold; `null` and `undefined` mean that the value is unknown. */
export type Cell = string | number | boolean | Measured | null | undefined;

const unknownMark = "—";

export function isMeasured(cell: Cell): cell is Measured {
  return typeof cell === "object" && cell !== null;
}

/** The number by which a cell is sorted and its column aligned; undefined for text and for unknown values. */
export function numberOf(cell: Cell): number | undefined {
  if (isMeasured(cell)) return cell.value;
  return typeof cell === "number" ? cell : undefined;
}

/**
 * A number with a fixed number of decimals, a true minus sign and never a negative zero.
 *
 * @param digits decimals to show; undefined: four significant digits, and integers in full
 */
export function formatNumber(value: number, digits?: number): string {
  if (Number.isNaN(value)) return "NaN";
  if (!Number.isFinite(value)) return value > 0 ? "∞" : "−∞";
  const text = digits !== undefined ? value.toFixed(digits) : shortest(value);
  const unsigned = text.replace(/^-/, "");
  return text.startsWith("-") && /[1-9]/.test(unsigned) ? `−${unsigned}` : unsigned;
}

function shortest(value: number): string {
  return Number.isInteger(value) ? String(value) : String(Number(value.toPrecision(4)));
}

export function formatCell(cell: Cell, digits?: number): string {
  if (cell === null || cell === undefined) return unknownMark;
  if (typeof cell === "number") return formatNumber(cell, digits);
  if (typeof cell === "boolean") return cell ? "yes" : "no";
  if (typeof cell === "string") return cell;
  const value = formatNumber(cell.value, digits);
  return cell.spread === undefined ? value : `${value} ± ${formatNumber(cell.spread, digits)}`;
}

/**
 * Number of decimals that aligns a column of numbers: as many as its longest four-digit form needs, at most four.
 * Undefined if the numbers span so many powers of ten that one fixed form would hide some of them.
 */
export function commonDigits(cells: readonly Cell[]): number | undefined {
  let digits = 0;
  const spreads = cells.map((cell) => (isMeasured(cell) ? cell.spread : undefined));
  for (const value of [...cells.map(numberOf), ...spreads]) {
    if (value === undefined || !Number.isFinite(value) || Number.isInteger(value)) continue;
    const text = shortest(value);
    const decimals = text.includes("e") ? Number.POSITIVE_INFINITY : (text.split(".")[1]?.length ?? 0);
    if (decimals > 5) return undefined;
    digits = Math.max(digits, Math.min(decimals, 4));
  }
  return digits;
}
