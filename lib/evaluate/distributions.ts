/// <reference path="./jstat.d.ts" />
import { jStat } from "jstat";

const quantiles = new Map<string, number>();

/** Quantile of Student's t; the degrees of freedom need not be whole. */
export function tQuantile(probability: number, freedom: number): number {
  // The inverse is iterative: worth caching for the few integer degrees of freedom that studies have.
  if (!Number.isInteger(freedom)) return jStat.studentt.inv(probability, freedom);
  const name = `${probability} ${freedom}`;
  const value = quantiles.get(name) ?? jStat.studentt.inv(probability, freedom);
  quantiles.set(name, value);
  return value;
}

/** Probability that Student's t lies at least as far from zero as `t`, two-sided. */
export function tTwoSided(t: number, freedom: number): number {
  return Math.min(1, 2 * (1 - jStat.studentt.cdf(Math.abs(t), freedom)));
}
