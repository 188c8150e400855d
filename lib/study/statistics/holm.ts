/**
 * Holm-corrected p values: under the null, the chance that any falls below a level is at most that level, however the
 * tests depend on each other.
 *
 * @param values  the known p values
 * @param members number of comparisons in the family; unknown ones count as 1
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
