/** More seeds than this have more signs than are worth counting: 65 536. */
const MOST_SEEDS = 16;

/**
 * The exact two-sided p value of paired differences, when each is as likely to have the other sign: the share of all 2ⁿ choices of signs
 * whose mean lies as far from zero.
 *
 * @returns with `least`, the smallest p that so many seeds can reach, 2/2ⁿ: five seeds never pass 0.05
 */
export function signFlip(differences: readonly number[]): { p: number; least: number } {
  const values = differences.slice(0, MOST_SEEDS);
  const seen = Math.abs(values.reduce((sum, value) => sum + value, 0));
  const choices = 2 ** values.length;
  let asFar = 0;
  for (let signs = 0; signs < choices; signs++) {
    const sum = values.reduce((total, value, at) => total + (signs & (1 << at) ? value : -value), 0);
    if (Math.abs(sum) >= seen - 1e-9) asFar++;
  }
  return { p: asFar / choices, least: leastSignFlip(values.length) };
}

/** The smallest two-sided p that the signs of n differences can reach. */
export function leastSignFlip(seeds: number): number {
  return Math.min(1, 2 / 2 ** seeds);
}

/** Seeds that the exact test needs before it can pass Holm's first step over so many comparisons. */
export function seedsForSignFlip(comparisons: number, level = 0.05): number {
  return Math.ceil(Math.log2((2 * Math.max(1, comparisons)) / level));
}
