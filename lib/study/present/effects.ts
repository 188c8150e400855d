import { canonicalJson, type StudyOrdering } from "../../config";
import { type Effect, effectOf } from "../statistics/effect";
import type { CellResult, StudyResults } from "../store/results";
import type { Study } from "../study";
import { cellOf } from "./study-rows";

/** An ordering with the column that it is about. */
export interface PlacedOrdering extends StudyOrdering {
  column: string;
}

/** Every ordering of a study's claims, with its column. */
export function orderingsOf({ config }: Study): PlacedOrdering[] {
  return config.claims.flatMap(({ orderings }) => orderings.map((ordering) => placed(config, ordering)));
}

export function placed(config: Study["config"], ordering: StudyOrdering): PlacedOrdering {
  return { ...ordering, column: ordering.column ?? (config.columns[0]?.name as string) };
}

/** One row less another, on the training seeds and the label subsets that both have. */
export function orderingEffect(results: StudyResults, { above, below, column }: PlacedOrdering): Effect | null {
  return pairedEffect(cellOf(results, above, column), cellOf(results, below, column));
}

/** Differences of two cells, seed by seed and subset by subset; raw pixels, which have no seed, stand beside every one. */
export function pairedEffect(above: CellResult, below: CellResult): Effect | null {
  const [one, another] = [alone(above), alone(below)];
  const pairs = above.seeds.flatMap((a) => {
    const b = another ?? below.seeds.find(({ seed }) => seed === a.seed);
    return b ? [[a, b] as const] : [];
  });
  const broadcast = one && !another ? below.seeds.map((b) => [one, b] as const) : pairs;
  return effectOf(broadcast.map(([a, b]) => a.subsets.map((top1, at) => top1 - (b.subsets[at] ?? Number.NaN))));
}

function alone({ seedless, seeds }: CellResult) {
  return seedless ? seeds[0] : undefined;
}

/**
 * What two rows compare, whichever table and row names they stand under: the trainings and the evaluation.
 *
 * @returns the same text for the same two sides, in either order
 */
export function comparisonKey({ study }: StudyResults, { above, below, column }: PlacedOrdering): string {
  const known = keys.get(study) ?? new Map<string, string>();
  keys.set(study, known);
  const name = JSON.stringify([above, below, column]);
  const key =
    known.get(name) ??
    [above, below]
      .map((row) => sideKey(study, row, column))
      .sort()
      .join(" ");
  known.set(name, key);
  return key;
}

const keys = new WeakMap<Study, Map<string, string>>();

function sideKey({ cells, jobs }: Study, row: string, column: string): string {
  const own = cells.filter((cell) => cell.row.name === row && cell.column.name === column);
  return canonicalJson(own.map(({ seed, job, evaluation }) => [seed, jobs[job]?.id, evaluation]));
}
