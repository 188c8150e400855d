/// <reference path="./jstat.d.ts" />
import { jStat } from "jstat";

/** The point below which Student's t falls with this probability; the degrees of freedom need not be whole. */
export function tQuantile(probability: number, freedom: number): number {
  return jStat.studentt.inv(probability, freedom);
}

/** Probability that Student's t lies at least as far from zero as `t`, on either side. */
export function tTwoSided(t: number, freedom: number): number {
  return Math.min(1, 2 * (1 - jStat.studentt.cdf(Math.abs(t), freedom)));
}

/**
 * Probability that a two-sided t test at `level` rejects when the true effect is `ratio` standard errors.
 *
 * The t statistic is a normal around `ratio` over the root of a χ² by its degrees of freedom: the mean over that χ²'s quantiles.
 */
export function tPower(ratio: number, freedom: number, level: number): number {
  const bound = tQuantile(1 - level / 2, freedom);
  let sum = 0;
  for (const root of chiRoots(freedom)) {
    const edge = bound * root;
    sum += jStat.normal.cdf(ratio - edge, 0, 1) + jStat.normal.cdf(-ratio - edge, 0, 1);
  }
  return sum / POINTS;
}

const POINTS = 100;
const roots = new Map<number, readonly number[]>();

/** √(χ²/freedom) at the middles of so many equal parts of its probability. */
function chiRoots(freedom: number): readonly number[] {
  const known = roots.get(freedom);
  if (known) return known;
  const made = Array.from({ length: POINTS }, (_, at) =>
    Math.sqrt(jStat.chisquare.inv((at + 0.5) / POINTS, freedom) / freedom),
  );
  roots.set(freedom, made);
  return made;
}
