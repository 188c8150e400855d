/// <reference path="../../evaluate/jstat.d.ts" />
import { jStat } from "jstat";
import { tQuantile } from "../../evaluate";
import type { Effect } from "./effect";

/**
 * Power of a two-sided t test at `level` when the true effect is `ratio` standard errors.
 *
 * The t statistic is a normal around `ratio` over √(χ²/freedom); the power is averaged over quantiles of that χ².
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

/** Size in standard errors of a true difference that a two-sided t test at `level` finds with this power. */
export function detectableRatio(freedom: number, level: number, power = 0.8): number {
  // Satterthwaite's degrees of freedom are rounded to a tenth for caching; it moves the ratio by less than a hundredth.
  const tenths = Math.max(1, Math.round(10 * freedom) / 10);
  const name = `${tenths} ${level} ${power}`;
  const ratio = ratios.get(name) ?? searched(tenths, level, power);
  ratios.set(name, ratio);
  return ratio;
}

function searched(freedom: number, level: number, power: number): number {
  // The sum of t quantiles is off by less than half.
  const near = tQuantile(1 - level / 2, freedom) + tQuantile(power, freedom);
  let [low, high] = [near / 2, 1.5 * near];
  for (let turn = 0; turn < 12; turn++) {
    const middle = (low + high) / 2;
    if (tPower(middle, freedom, level) < power) low = middle;
    else high = middle;
  }
  return high;
}

/** The smallest true difference that a test at this level finds with this power, given the observed spread. */
export function detectable({ standardError, freedom }: Effect, level: number, power = 0.8): number {
  return detectableRatio(freedom, level, power) * standardError;
}

const POINTS = 100;
const roots = new Map<number, readonly number[]>();

/** √(χ²/freedom) at the midpoints of equal-probability bins. */
function chiRoots(freedom: number): readonly number[] {
  const known = roots.get(freedom);
  if (known) return known;
  const made = Array.from({ length: POINTS }, (_, at) =>
    Math.sqrt(jStat.chisquare.inv((at + 0.5) / POINTS, freedom) / freedom),
  );
  roots.set(freedom, made);
  return made;
}
