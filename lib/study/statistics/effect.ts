import { tQuantile, tTwoSided } from "../../evaluate";
import { meanOf, meanVariance } from "./mean-variance";
import { signFlip } from "./sign-flip";

/** A mean difference between two rows, and the inference on it. */
export interface Effect {
  /** Mean difference in points. */
  mean: number;
  seeds: number;
  /** Number of label subsets that every seed was evaluated on. */
  subsets: number;
  standardError: number;
  /** Degrees of freedom of its t statistic. */
  freedom: number;
  /** 95 % interval of the mean. */
  interval: [number, number];
  /** Two-sided p value by Student's t. */
  p: number;
  /** Exact two-sided p value over the signs of the seeds' differences, and the least that this many seeds can reach. */
  exact: { p: number; least: number };
  /** The true difference is at most this, at 95 %: the smallest bound that passes two one-sided tests. */
  equivalence: number;
}

/**
 * The effect estimated from differences of paired trainings; null with fewer than two seeds or no spread at all.
 *
 * Seeds and label subsets are crossed, since all seeds are evaluated on the same subsets, and both are random
 * (`meanVariance`). With one subset it is the paired t test.
 *
 * @param differences [S][K] points: a row per training seed, a column per label subset
 */
export function effectOf(differences: readonly (readonly number[])[]): Effect | null {
  const seeds = differences.length;
  const subsets = differences[0]?.length ?? 0;
  if (seeds < 2 || subsets < 1 || differences.some((row) => row.length !== subsets)) return null;
  const bySeed = differences.map(meanOf);
  const mean = meanOf(bySeed);
  const { variance, freedom } = meanVariance(differences, bySeed, mean);
  const standardError = Math.sqrt(variance);
  if (!(standardError > 1e-12)) return null;
  const half = tQuantile(0.975, freedom) * standardError;
  return {
    mean,
    seeds,
    subsets,
    standardError,
    freedom,
    interval: [mean - half, mean + half],
    p: tTwoSided(mean / standardError, freedom),
    exact: signFlip(bySeed),
    equivalence: Math.abs(mean) + tQuantile(0.95, freedom) * standardError,
  };
}
