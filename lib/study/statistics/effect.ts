import { tPower, tQuantile, tTwoSided } from "./distributions";
import { signFlip } from "./sign-flip";

/** A mean difference between two rows, and what can be said of it. */
export interface Effect {
  /** Points. */
  mean: number;
  seeds: number;
  /** Label subsets that every seed was evaluated on; 1 where there is one alone. */
  subsets: number;
  standardError: number;
  /** Degrees of freedom of its t statistic. */
  freedom: number;
  /** 95 % interval of the mean. */
  interval: [number, number];
  /** Two-sided, Student's t. */
  p: number;
  /** Two-sided, exact, over the signs of the seeds' differences; and the least that so many seeds can reach. */
  exact: { p: number; least: number };
  /** No difference is larger than this, at 95 %: the smallest bound that two one-sided tests pass. */
  equivalence: number;
}

/**
 * The effect behind differences of paired trainings; null where seeds are fewer than two or do not differ at all.
 *
 * Seeds and label subsets are crossed, since all seeds are evaluated on the same subsets, and both are samples: differences are
 * mean + seed + subset + rest, each random. The variance of the mean is (MS of seeds + MS of subsets − MS of the rest) / (S·K), never
 * less than that of seeds or of subsets alone; its degrees of freedom are Satterthwaite's. With one subset it is the paired t test.
 *
 * @param differences [S][K] points: a row per training seed, a column per label subset
 */
export function effectOf(differences: readonly (readonly number[])[]): Effect | null {
  const seeds = differences.length;
  const subsets = differences[0]?.length ?? 0;
  if (seeds < 2 || subsets < 1 || differences.some((row) => row.length !== subsets)) return null;
  const bySeed = differences.map(meanOf);
  const mean = meanOf(bySeed);
  const { variance, freedom } = subsets === 1 ? paired(bySeed) : crossed(differences, bySeed, mean);
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

/** The smallest true difference that a test at this level finds with this probability, were the spread the one that was seen. */
export function detectable({ standardError, freedom }: Effect, level: number, power = 0.8): number {
  // Quantiles of t added are too much or too little by less than half.
  const near = tQuantile(1 - level / 2, freedom) + tQuantile(power, freedom);
  let [low, high] = [near / 2, 1.5 * near];
  for (let turn = 0; turn < 10; turn++) {
    const middle = (low + high) / 2;
    if (tPower(middle, freedom, level) < power) low = middle;
    else high = middle;
  }
  return high * standardError;
}

function paired(values: readonly number[]): { variance: number; freedom: number } {
  return {
    variance: squares(values, meanOf(values)) / (values.length - 1) / values.length,
    freedom: values.length - 1,
  };
}

function crossed(differences: readonly (readonly number[])[], bySeed: readonly number[], mean: number) {
  const [S, K] = [differences.length, (differences[0] as number[]).length];
  const bySubset = Array.from({ length: K }, (_, k) => meanOf(differences.map((row) => row[k] as number)));
  const ofSeeds = (K * squares(bySeed, mean)) / (S - 1);
  const ofSubsets = (S * squares(bySubset, mean)) / (K - 1);
  const rest = differences.flatMap((row, s) =>
    row.map((value, k) => value - (bySeed[s] as number) - (bySubset[k] as number) + mean),
  );
  const restFreedom = (S - 1) * (K - 1);
  const ofRest = squares(rest, 0) / restFreedom;
  const sum = ofSeeds + ofSubsets - ofRest;
  const largest = Math.max(ofSeeds, ofSubsets);
  if (sum <= largest) return { variance: largest / (S * K), freedom: (ofSeeds >= ofSubsets ? S : K) - 1 };
  const freedom = sum ** 2 / (ofSeeds ** 2 / (S - 1) + ofSubsets ** 2 / (K - 1) + ofRest ** 2 / restFreedom);
  return { variance: sum / (S * K), freedom: Math.max(1, freedom) };
}

function meanOf(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

function squares(values: readonly number[], mean: number): number {
  return values.reduce((sum, value) => sum + (value - mean) ** 2, 0);
}
