import { presets, type StudyClaim, type StudyPreset } from "../../config";
import { wrap } from "../../report";
import type { Effect } from "../statistics/effect";
import { holm } from "../statistics/holm";
import { detectable } from "../statistics/power";
import type { StudyResults } from "../store/results";
import { controlProblems } from "./control";
import { claimsOf, inOrder, lackingSeeds, orderingEffect, type PlacedClaim, termsOf } from "./effects";
import { claimSentence, lackingText } from "./sentences";
import { type ClaimConclusion, type Comparison, LEVEL, type Verdict } from "./verdict";

export interface Conclusion {
  claims: readonly ClaimConclusion[];
  /** Number of unique comparisons in all tables, over which p values are corrected, and how many have a p value. */
  family: { comparisons: number; known: number };
  /** One sentence per claim, a line each, computed from the intervals. */
  sentence: string;
  /** The same, wrapped into lines that fit a notebook's page. */
  text: string;
}

/**
 * Whether each claimed ordering is seen, cannot be told, is contradicted, or is not judged.
 *
 * An ordering is seen or contradicted when its p value, Holm-corrected over the unique comparisons of all tables, is at
 * most 0.05: if no difference is real, at most 5 % of such studies give any verdict at all. A claim of several
 * orderings is seen when all are, and contradicted when one is; both rest on corrected values. A comparison that lacks a
 * stated seed has no verdict: who looks after each seed and may stop finds something more often than p says. Nothing is
 * judged where the positive control fails (`controlProblems`), or where the preset says that its numbers mean nothing.
 */
export function conclude(results: StudyResults): Conclusion {
  const [conclusion] = concludeAll([results, ...results.others]);
  return conclusion as Conclusion;
}

/** `conclude` for several tables that form one family, in order. */
export function concludeAll(all: readonly StudyResults[]): Conclusion[] {
  const measured = all.map((results) => ({
    results,
    claims: claimsOf(results.study).map(({ claim, orderings }) => ({
      claim,
      orderings: orderings.map((ordering) => ({
        ordering,
        effect: orderingEffect(results, ordering),
        lacking: lackingSeeds(results, ordering),
      })),
    })),
  }));
  const family = familyOf(measured);
  return measured.map((one) => concludeOne(one, family));
}

/** Claims with what was measured of each ordering. */
interface Measured {
  results: StudyResults;
  claims: readonly { claim: StudyClaim; orderings: readonly Found[] }[];
}
interface Found {
  ordering: PlacedClaim["orderings"][number];
  effect: Effect | null;
  lacking: readonly number[];
}

function concludeOne({ results, claims: found }: Measured, family: ReadonlyMap<string, number | null>): Conclusion {
  const claims = found.map(({ claim, orderings }): ClaimConclusion => {
    const why = notJudged(results, [
      ...new Set(orderings.flatMap(({ ordering }) => termsOf(ordering).map(({ column }) => column))),
    ]);
    const comparisons = orderings.map((one) => compare(one, family, why !== null));
    const verdict = together(comparisons.map((one) => one.verdict));
    return { claim, comparisons, verdict, why: why ?? (verdict === "cannot be told" ? notYet(comparisons) : null) };
  });
  const known = [...family.values()].filter((corrected) => corrected !== null).length;
  const size = { comparisons: family.size, known };
  const sentence = () => claims.map((it) => claimSentence(it, results, size)).join("\n");
  return {
    claims,
    family: size,
    get sentence() {
      return sentence();
    },
    get text() {
      return wrap(sentence());
    },
  };
}

/**
 * Corrected p values of the unique comparisons of several tables, by comparison key; null where no effect or not every
 * seed is known.
 */
function familyOf(all: readonly Measured[]): Map<string, number | null> {
  const values = new Map<string, number | null>();
  for (const { ordering, effect, lacking } of all.flatMap(({ claims }) => claims.flatMap(({ orderings }) => orderings)))
    if (!values.has(ordering.key)) values.set(ordering.key, lacking.length > 0 ? null : (effect?.p ?? null));
  const known = [...values].filter((entry): entry is [string, number] => entry[1] !== null);
  const corrected = holm(
    known.map(([, p]) => p),
    values.size,
  );
  for (const [at, [key]] of known.entries()) values.set(key, corrected[at] as number);
  return values;
}

function compare(
  { ordering, effect, lacking }: Found,
  family: ReadonlyMap<string, number | null>,
  silent: boolean,
): Comparison {
  const { key, ...asked } = ordering;
  const corrected = family.get(key) ?? null;
  const { paper } = asked;
  return {
    ...asked,
    effect,
    lacking,
    corrected,
    detectable: effect && detectable(effect, LEVEL / family.size),
    paperInside: effect && paper !== null ? effect.interval[0] <= paper && paper <= effect.interval[1] : null,
    verdict: silent ? "not judged" : judge(effect, corrected),
  };
}

function judge(effect: Effect | null, corrected: number | null): Verdict {
  if (effect === null || corrected === null || corrected > LEVEL) return "cannot be told";
  return effect.mean > 0 ? "seen" : "contradicted";
}

/** `seeds 4, 5, 6 are not measured yet`, of every comparison together; null where all are. */
function notYet(comparisons: readonly Comparison[]): string | null {
  const seeds = inOrder(comparisons.flatMap(({ lacking }) => lacking));
  return seeds.length === 0 ? null : lackingText(seeds);
}

function together(verdicts: readonly Verdict[]): Verdict {
  for (const verdict of ["not judged", "contradicted", "cannot be told"] as const)
    if (verdicts.includes(verdict)) return verdict;
  return "seen";
}

function notJudged(results: StudyResults, columns: readonly string[]): string | null {
  const scale: StudyPreset = presets[results.study.preset].study;
  if (scale.notJudged !== undefined) return scale.notJudged;
  return controlProblems(results, columns)[0] ?? null;
}
