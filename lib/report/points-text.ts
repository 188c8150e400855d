import { formatNumber } from "./table/cell";

/** Points with their sign, a true minus, and no sign where they round to zero. */
export function signed(points: number, digits = 1): string {
  return `${Number(points.toFixed(digits)) > 0 ? "+" : ""}${formatNumber(points, digits)}`;
}

/** `+0.4 (−1.2 to +2.0)`: a mean in points with its 95 % interval. */
export function pointsText({ mean, interval }: { mean: number; interval: readonly [number, number] }): string {
  return `${signed(mean)} (${signed(interval[0])} to ${signed(interval[1])})`;
}
