/** 97.5 % points of Student's t for 1 to 30 degrees of freedom; beyond, the normal's is within 2 %. */
const T975 = [
  12.706, 4.303, 3.182, 2.776, 2.571, 2.447, 2.365, 2.306, 2.262, 2.228, 2.201, 2.179, 2.16, 2.145, 2.131, 2.12, 2.11,
  2.101, 2.093, 2.086, 2.08, 2.074, 2.069, 2.064, 2.06, 2.056, 2.052, 2.048, 2.045, 2.042,
];

/** Several measurements of one thing. */
export interface Summary {
  mean: number;
  /** Sample standard deviation; null for a single measurement. */
  std: number | null;
  /** Half the width of a 95 % interval for the mean, by Student's t; null for a single measurement. */
  interval95: number | null;
  n: number;
}

/** Mean, spread and a 95 % interval of the mean. */
export function summarize(values: readonly number[]): Summary {
  const n = values.length;
  const mean = values.reduce((sum, value) => sum + value, 0) / n;
  if (n < 2) return { mean, std: null, interval95: null, n };
  const std = Math.sqrt(values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / (n - 1));
  return { mean, std, interval95: ((T975[n - 2] ?? 1.96) * std) / Math.sqrt(n), n };
}
