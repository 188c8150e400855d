import type { CellResult, StudyResults } from "../store/results";

/** The cell at a row and column, given by name. */
export function cellOf({ cells }: StudyResults, row: string, column: string): CellResult {
  return cells.find((cell) => cell.row === row && cell.column === column) as CellResult;
}

/** A cell's result of a seed; that of raw pixels, which have no seed, is every seed's. */
export function resultOfSeed({ seedless, seeds }: CellResult, seed: number): CellResult["seeds"][number] | undefined {
  return seedless ? seeds[0] : seeds.find((one) => one.seed === seed);
}

/** A number with its spread and count as a table's cell shows them; null where nothing was measured. */
export function measured(value: number | null, spread: number | null, n?: number) {
  if (value === null) return null;
  return { value, ...(spread === null ? {} : { spread }), ...(n === undefined ? {} : { n }) };
}

/** Half a 95 % interval. */
export function halfWidth(of: { interval: readonly [number, number] | null } | null): number | null {
  return of?.interval ? (of.interval[1] - of.interval[0]) / 2 : null;
}

/** `seed 2: failed: out of memory; seeds 3, 4: not computed yet`; null where nothing is missing. */
export function missingText({ missing }: CellResult): string | null {
  const reasons = [...new Set(missing.map(({ why }) => why))].map((reason) => {
    const seeds = missing.filter(({ why }) => why === reason).map(({ seed }) => seed);
    return `${seedsText(seeds)}: ${reason}`;
  });
  return reasons.length === 0 ? null : reasons.join("; ");
}

/** `seed 4`, or `seeds 4, 5, 6`. */
export function seedsText(seeds: readonly number[]): string {
  return `${seeds.length === 1 ? "seed" : "seeds"} ${seeds.join(", ")}`;
}
