import { presets, type StudyClaim, type StudyOrdering, type StudyPreset } from "../../config";
import { type Summary, summarize } from "../../evaluate";
import { wrap } from "../../report";
import type { StudyResults } from "../store/results";
import { judge, pairedDifferences } from "./paired";

export type Verdict = "seen" | "cannot be told" | "contradicted";

/** Two rows compared seed by seed: the differences above − below, in points. */
export interface Comparison extends StudyOrdering {
  column: string;
  differences: readonly number[];
  /** Null when no seed has both. */
  summary: Summary | null;
  verdict: Verdict;
}

/** What the numbers say of one claim. */
export interface ClaimConclusion {
  claim: StudyClaim;
  comparisons: readonly Comparison[];
  verdict: Verdict;
}

export interface Conclusion {
  claims: readonly ClaimConclusion[];
  /** One sentence per claim, a line each, computed from the intervals. */
  sentence: string;
  /** The same in lines that a notebook's page shows whole. */
  text: string;
}

/**
 * Whether each claimed ordering is seen, cannot be told at this scale, or is contradicted.
 *
 * Rows are compared seed by seed (one seed starts from the same weights and sees the same batches, crops and masks in every row).
 * An ordering is seen when the 95 % interval of the mean difference lies above zero, contradicted when it lies below, and else cannot be
 * told; one seed has no interval. A claim of several orderings is seen when all are, and contradicted when one is.
 */
export function conclude(results: StudyResults): Conclusion {
  const columns = results.study.config.columns;
  const claims = results.study.config.claims.map((claim): ClaimConclusion => {
    const comparisons = claim.orderings.map((ordering) =>
      compare(results, { ...ordering, column: ordering.column ?? (columns[0]?.name as string) }),
    );
    return { claim, comparisons, verdict: together(comparisons.map(({ verdict }) => verdict)) };
  });
  const { caveat }: StudyPreset = presets[results.study.preset].study;
  const told = claims.map((it) => sentenceOf(it, results));
  const sentence = [...told, ...(told.length > 0 && caveat ? [caveat] : [])].join("\n");
  return { claims, sentence, text: wrap(sentence) };
}

function compare(results: StudyResults, ordering: StudyOrdering & { column: string }): Comparison {
  const cell = (row: string) => results.cells.find((it) => it.row === row && it.column === ordering.column);
  const differences = pairedDifferences(cell(ordering.above)?.seeds, cell(ordering.below)?.seeds, ({ top1 }) => top1);
  const summary = differences.length > 0 ? summarize(differences) : null;
  const side = judge(summary);
  const verdict = side === "above" ? "seen" : side === "below" ? "contradicted" : "cannot be told";
  return { ...ordering, differences, summary, verdict };
}

function together(verdicts: readonly Verdict[]): Verdict {
  if (verdicts.includes("contradicted")) return "contradicted";
  return verdicts.every((verdict) => verdict === "seen") ? "seen" : "cannot be told";
}

const words: Record<Verdict, string> = {
  seen: "is seen",
  "cannot be told": "cannot be told at this scale",
  contradicted: "is contradicted",
};

function sentenceOf({ claim, comparisons, verdict }: ClaimConclusion, { study }: StudyResults): string {
  const told = comparisons.map(({ above, below, column, summary, paper }) => {
    const where = study.config.columns.length > 1 ? ` (${column})` : "";
    const beside = paper === null ? "" : `, paper ${signed(paper)}`;
    return `${above} − ${below}${where}: ${interval(summary)}${beside}`;
  });
  const who = claim.by === "paper" ? "The paper's claim" : "What the paper leaves open,";
  return `${who} that ${claim.says} ${words[verdict]} with preset ${study.preset}: ${told.join("; ")}.`;
}

/** `+0.4 points, 95 % interval −1.2 to +2.0, 3 seeds` */
export function interval(summary: Summary | null): string {
  if (!summary) return "not measured";
  const mean = `${signed(summary.mean)} points`;
  if (summary.interval === null) return `${mean}, one seed and so no interval`;
  const [low, high] = summary.interval;
  return `${mean}, 95 % interval ${signed(low)} to ${signed(high)}, ${summary.n} seeds`;
}

function signed(points: number): string {
  const text = Math.abs(points).toFixed(1);
  return text === "0.0" ? "0.0" : `${points < 0 ? "−" : "+"}${text}`;
}
