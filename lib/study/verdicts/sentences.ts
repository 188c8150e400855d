import { signed } from "../../report";
import type { Effect } from "../statistics/effect";
import { seedsForSignFlip } from "../statistics/sign-flip";
import type { StudyResults } from "../store/results";
import type { Study } from "../study";
import { seedsText } from "./cells";
import { orderingText } from "./effects";
import type { ClaimConclusion, Comparison, Verdict } from "./verdict";

const words: Record<Verdict, string> = {
  seen: "is seen",
  "cannot be told": "cannot be told",
  contradicted: "is contradicted",
  "not judged": "is not judged",
};

/** The conclusion on a claim, with all its evidence. */
export function claimSentence(
  { claim, comparisons, verdict, why }: ClaimConclusion,
  { study }: StudyResults,
  family: { comparisons: number },
): string {
  const who = claim.by === "paper" ? "The paper's claim" : "What the paper leaves open,";
  const reason = why === null ? "" : `: ${why}`;
  const several = study.config.columns.length > 1;
  const told = comparisons.map((it) => comparisonText(it, several, family.comparisons)).join("; ");
  const seeds = changedSeedsText(study);
  const changed = seeds === null ? "" : ` Seeds were changed: ${seeds}; p values hold for seeds stated before.`;
  return `${who} that ${claim.says} ${words[verdict]} with preset ${study.preset}${reason}. ${told}.${changed}`;
}

function comparisonText(it: Comparison, several: boolean, comparisons: number): string {
  const { effect, corrected, paper } = it;
  const what = orderingText(it, several);
  const paperText = paper === null ? "" : `, paper ${signed(paper)}`;
  if (effect === null) return `${what}: no interval yet${paperText}`;
  const inside = it.paperInside === null ? "" : it.paperInside ? ", inside the interval" : ", outside the interval";
  const { exact, p, seeds } = effect;
  const family =
    corrected === null ? lackingText(it.lacking) : `corrected over ${comparisonsText(comparisons)} ${pText(corrected)}`;
  return (
    `${what}: ${intervalText(effect)}, p ${pText(p)}, ${family}, by signs ${pText(exact.p)} ` +
    `(${seeds} seeds reach ${pText(exact.least)}, and ${seedsForSignFlip(comparisons)} could decide); detectable from ` +
    `${(it.detectable as number).toFixed(1)} points on; no difference larger than ${effect.equivalence.toFixed(1)}${paperText}${inside}`
  );
}

/** `1, 2 in place of the stated 1, 2, 3`; null where the stated seeds are taken. */
export function changedSeedsText({ seeds, statedSeeds }: Study): string | null {
  return statedSeeds === undefined ? null : `${seeds.join(", ")} in place of the stated ${statedSeeds.join(", ")}`;
}

/** `1 comparison`, `23 comparisons` */
export function comparisonsText(count: number): string {
  return `${count} ${count === 1 ? "comparison" : "comparisons"}`;
}

/** `seeds 4, 5, 6 are not measured yet` */
export function lackingText(seeds: readonly number[]): string {
  return `${seedsText(seeds)} ${seeds.length === 1 ? "is" : "are"} not measured yet`;
}

/** `+0.4 points, 95 % interval −1.2 to +2.0, 3 seeds × 5 label subsets` */
export function intervalText(effect: Effect | null): string {
  if (!effect) return "no interval yet";
  const { mean, interval, seeds, subsets } = effect;
  const over = `${seeds} seeds${subsets > 1 ? ` × ${subsets} label subsets` : ""}`;
  return `${signed(mean)} points, 95 % interval ${signed(interval[0])} to ${signed(interval[1])}, ${over}`;
}

/** A p value with two digits, as statistics papers print it. */
export function pText(p: number): string {
  return p < 0.0001 ? "< .0001" : p < 0.01 ? p.toFixed(4).slice(1) : p >= 0.995 ? "1" : p.toFixed(2).slice(1);
}
