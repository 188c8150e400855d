/**
 * Holm's corrected p values: the chance that any of them is below a level when nothing is true is at most that level, whatever they have
 * in common.
 *
 * @param values  p values that are known
 * @param members how many comparisons the family has; those not known count as 1
 * @returns in the order of `values`
 */
export function holm(values: readonly number[], members: number = values.length): number[] {
  const order = values.map((_, at) => at).sort((a, b) => (values[a] as number) - (values[b] as number));
  const corrected: number[] = [];
  let largest = 0;
  for (const [rank, at] of order.entries()) {
    largest = Math.max(largest, Math.min(1, (members - rank) * (values[at] as number)));
    corrected[at] = largest;
  }
  return corrected;
}
