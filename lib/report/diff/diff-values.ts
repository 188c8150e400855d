/** How close two numbers must be to count as equal. */
export interface Tolerance {
  /** Largest difference allowed, relative to the larger one; 0 requires equal numbers. */
  readonly relative: number;
  /** Count times, rates and memory too, which differ from run to run. */
  readonly strict: boolean;
}

/** One place where two reports differ. */
export interface Difference {
  readonly where: string;
  readonly a: string;
  readonly b: string;
  /** |a − b| relative to the larger one; undefined for non-numbers. */
  readonly relative?: number | undefined;
  /** Whether it is beyond the tolerance and not merely a matter of time or memory. */
  readonly counts: boolean;
}

/** How much was compared, and what differed. */
export interface Comparison {
  readonly numbers: number;
  readonly differences: readonly Difference[];
}

/** Units of costs, which differ between any two runs. */
export const costUnits = /^(s|ms|µs|us|min|h|seconds|kB|MB|GB|KiB|MiB|GiB|bytes|.*\/s)$/;

export function relativeDifference(a: number, b: number): number {
  if (Object.is(a, b) || a === b) return 0;
  const size = Math.max(Math.abs(a), Math.abs(b));
  return Number.isFinite(size) ? Math.abs(a - b) / size : Number.POSITIVE_INFINITY;
}

/** The difference of two values at one place; undefined if they are identical to the last bit. */
export function compareValues(
  where: string,
  a: unknown,
  b: unknown,
  tolerance: Tolerance,
  isCost = false,
): Difference | undefined {
  const free = isCost && !tolerance.strict;
  if (typeof a === "number" && typeof b === "number") {
    const relative = relativeDifference(a, b);
    if (relative === 0) return undefined;
    return { where, a: String(a), b: String(b), relative, counts: relative > tolerance.relative && !free };
  }
  if (a === b) return undefined;
  return { where, a: words(a), b: words(b), counts: !free };
}

function words(value: unknown): string {
  if (value === undefined) return "nothing";
  return typeof value === "string" ? value : (JSON.stringify(value) ?? String(value));
}

/** The comparison of two plain JSON values, number by number. */
export function compareJson(a: unknown, b: unknown, tolerance: Tolerance, where = ""): Comparison {
  if (typeof a === "object" && a !== null && typeof b === "object" && b !== null) {
    const keys = [...new Set([...Object.keys(a), ...Object.keys(b)])];
    const parts = keys.map((key) =>
      compareJson(
        (a as Record<string, unknown>)[key],
        (b as Record<string, unknown>)[key],
        tolerance,
        where === "" ? key : `${where}.${key}`,
      ),
    );
    return joinComparisons(parts);
  }
  const difference = compareValues(where, a, b, tolerance);
  return { numbers: typeof a === "number" ? 1 : 0, differences: difference ? [difference] : [] };
}

const numberWithUnit =
  /(?<![\w.])([+−-]?\d+(?:\.\d+)?(?:e[+-]?\d+)?)(?:\s?(s|ms|µs|min|h|kB|MB|GB|KiB|MiB|GiB|\w+\/s)\b)?/g;

/** The comparison of printed text: words must be equal, numbers close; times, rates and memory are costs. */
export function compareText(where: string, a: string, b: string, tolerance: Tolerance): Comparison {
  const [one, other] = [a, b].map((text) => ({
    words: text
      .replace(numberWithUnit, "#$2")
      .replace(/#(\s?)(ms|µs|min|h|s)\b/g, "#time")
      .replace(/\s+/g, " "),
    numbers: [...text.matchAll(numberWithUnit)],
  }));
  if (one === undefined || other === undefined) return { numbers: 0, differences: [] };
  if (one.words.trim() !== other.words.trim()) {
    const difference = compareValues(where, a.trim(), b.trim(), tolerance);
    return { numbers: 0, differences: difference ? [difference] : [] };
  }
  const differences = one.numbers.map((number, at) => {
    const second = other.numbers[at];
    const value = (text: string | undefined) => Number(text?.replace("−", "-"));
    const cost = number[2] !== undefined || second?.[2] !== undefined;
    return compareValues(`${where}, number ${at + 1}`, value(number[1]), value(second?.[1]), tolerance, cost);
  });
  return { numbers: one.numbers.length, differences: differences.filter((it) => it !== undefined) };
}

export function joinComparisons(parts: readonly Comparison[]): Comparison {
  return {
    numbers: parts.reduce((sum, part) => sum + part.numbers, 0),
    differences: parts.flatMap((part) => part.differences),
  };
}
