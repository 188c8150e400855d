/** Variance of a mean over seeds and label subsets, with its degrees of freedom. */
export interface MeanVariance {
  variance: number;
  freedom: number;
}

/**
 * The variance of the mean difference in the model mean + seed + subset + rest, with crossed random effects: every seed
 * is evaluated on the same subsets.
 *
 * It is (MS of seeds + MS of subsets − MS of the rest) / (S·K), never less than that of seeds or of subsets alone.
 * Satterthwaite's degrees of freedom jump up when the component with few of them comes out small by chance, and then
 * small p values are too frequent (measured: up to five times at .0025). So the two degrees of freedom are averaged as
 * inverse squares with weights MS, which stays near the smaller one. With one subset it is the variance of the paired t
 * test.
 *
 * @param differences [S][K]: a row per training seed, a column per label subset
 * @param bySeed      [S], the means of the rows
 */
export function meanVariance(
  differences: readonly (readonly number[])[],
  bySeed: readonly number[],
  mean: number,
): MeanVariance {
  const [S, K] = [differences.length, differences[0]?.length ?? 0];
  const seedSquares = K * squares(bySeed, mean);
  const ofSeeds = seedSquares / (S - 1);
  if (K === 1) return { variance: ofSeeds / S, freedom: S - 1 };
  const bySubset = Array.from({ length: K }, (_, k) => meanOf(differences.map((row) => row[k] as number)));
  const subsetSquares = S * squares(bySubset, mean);
  const ofSubsets = subsetSquares / (K - 1);
  const total = differences.reduce((sum, row) => sum + squares(row, mean), 0);
  const ofRest = (total - seedSquares - subsetSquares) / ((S - 1) * (K - 1));
  const both = ofSeeds + ofSubsets;
  return {
    variance: Math.max(both - ofRest, ofSeeds, ofSubsets) / (S * K),
    freedom: Math.sqrt(both / (ofSeeds / (S - 1) ** 2 + ofSubsets / (K - 1) ** 2)),
  };
}

export function meanOf(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

function squares(values: readonly number[], mean: number): number {
  return values.reduce((sum, value) => sum + (value - mean) ** 2, 0);
}
