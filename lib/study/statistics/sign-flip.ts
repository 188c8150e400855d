/** With more seeds than this, the sums over half of them would take too much memory. */
const MOST_SEEDS = 40;

/**
 * The exact two-sided p value of paired differences whose signs are equally likely under the null: the share of all 2ⁿ
 * sign choices whose mean lies at least as far from zero.
 *
 * @returns with `least`, the smallest p that this many seeds can reach, 2/2ⁿ: five seeds never pass 0.05
 * @throws {RangeError} for more than 40
 */
export function signFlip(differences: readonly number[]): { p: number; least: number } {
  const n = differences.length;
  if (n > MOST_SEEDS) throw new RangeError(`signs of ${n} differences: expected ${MOST_SEEDS} at most`);
  const seen = Math.abs(differences.reduce((sum, value) => sum + value, 0));
  const scale = differences.reduce((sum, value) => sum + Math.abs(value), 0);
  const bound = seen - 1e-12 * scale;
  // Each sum is one of the first half's plus one of the second's: with both sorted, one pass counts the pairs.
  const half = Math.floor(n / 2);
  const first = signedSums(differences.slice(0, half));
  const second = signedSums(differences.slice(half));
  let asFar = 0;
  let from = second.length;
  // By symmetry as many lie below −bound as above bound.
  for (const sum of first) {
    while (from > 0 && sum + (second[from - 1] as number) >= bound) from--;
    asFar += second.length - from;
  }
  return { p: bound <= 0 ? 1 : (2 * asFar) / 2 ** n, least: leastSignFlip(n) };
}

/** All 2ⁿ sums of values with either sign, ascending. */
function signedSums(values: readonly number[]): Float64Array {
  let sums = Float64Array.of(0);
  for (const value of values) {
    const next = new Float64Array(2 * sums.length);
    sums.forEach((sum, at) => {
      next[2 * at] = sum - value;
      next[2 * at + 1] = sum + value;
    });
    sums = next;
  }
  return sums.sort();
}

/** The smallest two-sided p that the signs of n differences can reach. */
export function leastSignFlip(seeds: number): number {
  return Math.min(1, 2 / 2 ** seeds);
}

/** Seeds that the exact test needs to be able to pass Holm's first step over this many comparisons. */
export function seedsForSignFlip(comparisons: number, level = 0.05): number {
  return Math.ceil(Math.log2((2 * Math.max(1, comparisons)) / level));
}
