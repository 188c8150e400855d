import type { Summary } from "../../evaluate";

/** Differences above − below on the training seeds that both have, in the order of the first. */
export function pairedDifferences<One extends { seed: number }>(
  above: readonly One[] | undefined,
  below: readonly One[] | undefined,
  value: (one: One) => number,
): number[] {
  return (above ?? []).flatMap((one) => {
    const other = below?.find(({ seed }) => seed === one.seed);
    return other ? [value(one) - value(other)] : [];
  });
}

/** The side of zero on which the 95 % interval lies; null where it contains zero or is missing. */
export function judge(summary: Summary | null): "above" | "below" | null {
  if (!summary?.interval) return null;
  const [low, high] = summary.interval;
  return low > 0 ? "above" : high < 0 ? "below" : null;
}
