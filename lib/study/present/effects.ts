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

/** One row less another, or a contrast of several, on the training seeds and the label subsets that all have. */
export function orderingEffect(results: StudyResults, ordering: PlacedOrdering): Effect | null {
  const rows = Object.entries(weightsOf(ordering));
  return contrastEffect(rows.map(([row, weight]) => ({ cell: cellOf(results, row, ordering.column), weight })));
}

/** The rows of an ordering with their weights: 1 and −1 where it has no contrast of its own. */
function weightsOf({ above, below, contrast }: PlacedOrdering): Readonly<Record<string, number>> {
  return contrast ?? { [above]: 1, [below]: -1 };
}

/** What an ordering compares, for people. */
export function orderingText({ above, below, column, contrast, per }: PlacedOrdering, several: boolean): string {
  const trend = `trend over ${Object.keys(contrast ?? {}).length} rows${per ? ` ${per}` : ""}`;
  return `${contrast ? trend : `${above} − ${below}`}${several ? ` (${column})` : ""}`;
}

/** One cell less another. */
export function pairedEffect(above: CellResult, below: CellResult): Effect | null {
  return contrastEffect([
    { cell: above, weight: 1 },
    { cell: below, weight: -1 },
  ]);
}

/** A weighted sum of cells, seed by seed and subset by subset; raw pixels, which have no seed, stand beside every one. */
function contrastEffect(terms: readonly { cell: CellResult; weight: number }[]): Effect | null {
  const first = terms.find(({ cell }) => !cell.seedless) ?? terms[0];
  const rows = (first?.cell.seeds ?? []).flatMap(({ seed, subsets }) => {
    const found = terms.flatMap(({ cell, weight }) => {
      const one = cell.seedless ? cell.seeds[0] : cell.seeds.find((it) => it.seed === seed);
      return one?.subsets.length === subsets.length ? [{ values: one.subsets, weight }] : [];
    });
    if (found.length < terms.length) return [];
    return [
      subsets.map((_, at) => found.reduce((sum, { values, weight }) => sum + weight * (values[at] as number), 0)),
    ];
  });
  return effectOf(rows);
}

/**
 * What two rows compare, whichever table and row names they stand under: the trainings and the evaluation.
 *
 * @returns the same text for the same two sides, in either order
 */
export function comparisonKey({ study }: Pick<StudyResults, "study">, ordering: PlacedOrdering): string {
  const { column } = ordering;
  const weights = Object.entries(weightsOf(ordering));
  const known = keys.get(study) ?? new Map<string, string>();
  keys.set(study, known);
  const name = JSON.stringify([weights, column]);
  // The other way round is the same question: of weights only the sizes count.
  const side = ([row, weight]: [string, number]) => `${Math.abs(weight)} ${sideKey(study, row, column)}`;
  const key = known.get(name) ?? weights.map(side).sort().join(" ");
  known.set(name, key);
  return key;
}

const keys = new WeakMap<Study, Map<string, string>>();

function sideKey({ cells, jobs }: Study, row: string, column: string): string {
  const own = cells.filter((cell) => cell.row.name === row && cell.column.name === column);
  return canonicalJson(own.map(({ seed, job, evaluation }) => [seed, jobs[job]?.id, evaluation]));
}
