/** 97.5 % points of Student's t for 1 to 30 degrees of freedom. */
const T975 = [
  12.706, 4.303, 3.182, 2.776, 2.571, 2.447, 2.365, 2.306, 2.262, 2.228, 2.201, 2.179, 2.16, 2.145, 2.131, 2.12, 2.11,
  2.101, 2.093, 2.086, 2.08, 2.074, 2.069, 2.064, 2.06, 2.056, 2.052, 2.048, 2.045, 2.042,
];

/** Summary of several measurements of one quantity. */
export interface Summary {
  n: number;
  mean: number;
  /** Sample standard deviation; null for a single measurement. */
  std: number | null;
  /** 95 % interval of the mean by Student's t, [low, high]; null for a single measurement. */
  interval: [number, number] | null;
}

/** Mean, spread and a 95 % interval of the mean. */
export function summarize(values: readonly number[]): Summary {
  const n = values.length;
  const mean = values.reduce((sum, value) => sum + value, 0) / n;
  if (n < 2) return { n, mean, std: null, interval: null };
  const std = Math.sqrt(values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / (n - 1));
  const half = (studentT(n - 1) * std) / Math.sqrt(n);
  return { n, mean, std, interval: [mean - half, mean + half] };
}

/** Beyond the table: first terms of the Cornish–Fisher expansion around the normal's 1.96, accurate to 0.001. */
function studentT(freedom: number): number {
  const z = 1.959964;
  return (
    T975[freedom - 1] ?? z + (z ** 3 + z) / (4 * freedom) + (5 * z ** 5 + 16 * z ** 3 + 3 * z) / (96 * freedom ** 2)
  );
}
