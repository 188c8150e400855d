import { canonicalJson, type StudyClaim, type StudyOrdering } from "../../config";
import { type Effect, effectOf } from "../statistics/effect";
import type { CellResult, StudyResults } from "../store/results";
import type { Study } from "../study";
import { cellOf, resultOfSeed } from "./cells";

/** An ordering with its column. */
export interface PlacedOrdering extends StudyOrdering {
  column: string;
}

/** A claim with its placed orderings, and what each compares. */
export interface PlacedClaim {
  claim: StudyClaim;
  orderings: readonly (PlacedOrdering & { key: string })[];
}

const placed = new WeakMap<Study, readonly PlacedClaim[]>();

/** A study's claims, each ordering with its column and the key of what it compares (`comparisonKey`). */
export function claimsOf(study: Study): readonly PlacedClaim[] {
  const { claims, columns } = study.config;
  const known = placed.get(study);
  if (known) return known;
  const made = claims.map((claim) => ({
    claim,
    orderings: claim.orderings.map((ordering) => {
      const it = { ...ordering, column: ordering.column ?? (columns[0]?.name as string) };
      return { ...it, key: comparisonKey(study, it) };
    }),
  }));
  placed.set(study, made);
  return made;
}

/** Every ordering of a study's claims. */
export function orderingsOf(study: Study): PlacedClaim["orderings"] {
  return claimsOf(study).flatMap(({ orderings }) => orderings);
}

/** One row minus another, or a contrast of several, on the training seeds and label subsets common to all. */
export function orderingEffect(results: StudyResults, ordering: PlacedOrdering): Effect | null {
  return contrastEffect(
    termsOf(ordering).map(({ row, column, weight }) => ({ cell: cellOf(results, row, column), weight })),
  );
}

/** The stated seeds for which a side of the ordering has no number, in order. */
export function lackingSeeds(results: StudyResults, ordering: PlacedOrdering): number[] {
  const cells = termsOf(ordering).map(({ row, column }) => cellOf(results, row, column));
  return inOrder(cells.flatMap(({ missing }) => missing.map(({ seed }) => seed)));
}

/** Each seed once, the least first. */
export function inOrder(seeds: readonly number[]): number[] {
  return [...new Set(seeds)].sort((a, b) => a - b);
}

/** The cells of an ordering with their weights: 1 and −1 unless it has its own contrast. */
export function termsOf({ above, below, column, aboveColumn = column, contrast }: PlacedOrdering) {
  if (contrast) return Object.entries(contrast).map(([row, weight]) => ({ row, column, weight }));
  return [
    { row: above, column: aboveColumn, weight: 1 },
    { row: below, column, weight: -1 },
  ];
}

/** What an ordering compares, in words. */
export function orderingText(ordering: PlacedOrdering, several: boolean): string {
  const { above, below, column, aboveColumn, contrast, per } = ordering;
  if (aboveColumn !== undefined)
    return `${above} (${aboveColumn}) − ${below === above ? column : `${below} (${column})`}`;
  const trend = `trend over ${Object.keys(contrast ?? {}).length} rows${per ? ` ${per}` : ""}`;
  return `${contrast ? trend : `${above} − ${below}`}${several ? ` (${column})` : ""}`;
}

/** One cell minus another. */
export function pairedEffect(above: CellResult, below: CellResult): Effect | null {
  return contrastEffect([
    { cell: above, weight: 1 },
    { cell: below, weight: -1 },
  ]);
}

/** A weighted sum of cells, seed by seed and subset by subset; raw pixels, which have no seed, pair with every one. */
function contrastEffect(terms: readonly { cell: CellResult; weight: number }[]): Effect | null {
  const first = terms.find(({ cell }) => !cell.seedless) ?? terms[0];
  const rows = (first?.cell.seeds ?? []).flatMap(({ seed, subsets }) => {
    const found = terms.flatMap(({ cell, weight }) => {
      const one = resultOfSeed(cell, seed);
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
 * Key of a comparison, whatever the names of table and rows: the trainings and the evaluation.
 *
 * @returns the same key for the same sides when all weights change their sign, which is the same question
 */
function comparisonKey(study: Study, ordering: PlacedOrdering): string {
  const sides = termsOf(ordering)
    .map(({ row, column, weight }) => ({ weight, key: sideKey(study, row, column) }))
    .sort((one, other) => (one.key < other.key ? -1 : 1));
  const sign = Math.sign(sides.find(({ weight }) => weight !== 0)?.weight ?? 1);
  return sides.map(({ weight, key }) => `${sign * weight} ${key}`).join(" ");
}

function sideKey({ cells, jobs }: Study, row: string, column: string): string {
  const own = cells.filter((cell) => cell.row.name === row && cell.column.name === column);
  return canonicalJson(own.map(({ seed, job, evaluation }) => [seed, jobs[job]?.id, evaluation]));
}
