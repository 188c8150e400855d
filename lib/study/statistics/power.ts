/// <reference path="./jstat.d.ts" />
import { jStat } from "jstat";
import { tQuantile } from "./distributions";
import type { Effect } from "./effect";

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

const ratios = new Map<string, number>();

/** Standard errors that a true difference must have for a two-sided t test at `level` to find it with this probability. */
export function detectableRatio(freedom: number, level: number, power = 0.8): number {
  // Satterthwaite's degrees of freedom to a tenth, which moves the ratio by less than a hundredth: they are kept.
  const tenths = Math.max(1, Math.round(10 * freedom) / 10);
  const name = `${tenths} ${level} ${power}`;
  const ratio = ratios.get(name) ?? searched(tenths, level, power);
  ratios.set(name, ratio);
  return ratio;
}

function searched(freedom: number, level: number, power: number): number {
  // Quantiles of t added are too much or too little by less than half.
  const near = tQuantile(1 - level / 2, freedom) + tQuantile(power, freedom);
  let [low, high] = [near / 2, 1.5 * near];
  for (let turn = 0; turn < 12; turn++) {
    const middle = (low + high) / 2;
    if (tPower(middle, freedom, level) < power) low = middle;
    else high = middle;
  }
  return high;
}

/** The smallest true difference that a test at this level finds with this probability, were the spread the one that was seen. */
export function detectable({ standardError, freedom }: Effect, level: number, power = 0.8): number {
  return detectableRatio(freedom, level, power) * standardError;
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
