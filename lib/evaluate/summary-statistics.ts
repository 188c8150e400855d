import { tQuantile } from "./distributions";

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
  const half = (tQuantile(0.975, n - 1) * std) / Math.sqrt(n);
  return { n, mean, std, interval: [mean - half, mean + half] };
}
