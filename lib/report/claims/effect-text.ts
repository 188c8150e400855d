import { formatNumber } from "../table/cell";
import type { ClaimEffect } from "./claims-model";

/** `+0.4 (−1.2 to +2.0), paper +1.5` */
export function effectText({ mean, low, high, paper }: ClaimEffect): string {
  // Rounded first: a zero has no sign.
  const signed = (value: number) => `${Number(value.toFixed(1)) > 0 ? "+" : ""}${formatNumber(value, 1)}`;
  const own = mean === null ? "no interval yet" : `${signed(mean)} (${signed(low ?? mean)} to ${signed(high ?? mean)})`;
  return paper === null ? own : `${own}, paper ${signed(paper)}`;
}
