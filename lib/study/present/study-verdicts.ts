import { type ClaimsModel, claims, type Displayable } from "../../report";
import type { StudyResults } from "../store/results";
import { conclude } from "../verdicts/conclusion";
import { orderingText } from "../verdicts/effects";
import { healthText } from "../verdicts/health";
import { changedSeedsText } from "../verdicts/sentences";
import { madeText } from "./made-text";

/** The study's question with the verdict on each claim, as shown at the top of its page and on the overview of all. */
export function studyVerdicts(results: StudyResults): Displayable {
  return claims(claimsModel(results));
}

export function claimsModel(results: StudyResults): ClaimsModel {
  const { config } = results.study;
  const changedSeeds = changedSeedsText(results.study);
  const several = config.columns.length > 1;
  return {
    id: `${config.name}-verdicts`,
    caption: config.title,
    question: config.asks,
    scale: `preset ${results.study.preset}${changedSeeds === null ? "" : `, ${changedSeeds}`}`,
    health: healthText(results),
    made: `${madeText(results)}${changedSeeds === null ? "" : `; ${changedSeeds}`}`,
    headline: headline(results),
    claims: conclude(results).claims.map(({ claim, verdict, why, comparisons }) => ({
      says: claim.says,
      verdict,
      why,
      effects: comparisons.map(({ effect, corrected, detectable, ...ordering }) => ({
        what: orderingText(ordering, several),
        mean: effect?.mean ?? null,
        low: effect?.interval[0] ?? null,
        high: effect?.interval[1] ?? null,
        paper: ordering.paper,
        corrected,
        detectable,
      })),
    })),
  };
}

function headline({ study, cells }: StudyResults): ClaimsModel["headline"] {
  return Object.entries(study.config.headline).flatMap(([column, label]) =>
    cells
      .filter((cell) => cell.column === column)
      .flatMap(({ row, summary, seeds, missing }) => {
        if (summary === null) return [];
        const { length } = seeds;
        const part = missing.length === 0 ? {} : { seeds: `${length} of ${length + missing.length} seeds` };
        const labels = seeds[0]?.labels ?? null;
        return [{ row, column: label, mean: summary.mean, spread: summary.std, labels, ...part }];
      }),
  );
}
