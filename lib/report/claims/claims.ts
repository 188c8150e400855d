import type { Displayable, Label } from "../displayable";
import { checkLabel, labelMetadata } from "../label";
import { claimsHtml } from "./claims-html";
import { type ClaimsModel, claimsMime } from "./claims-model";
import { effectText } from "./effect-text";

/**
 * A displayable of a question and its verdicts: each effect with its interval and the paper's value on one axis.
 *
 * @throws {ConfigError} when the id is not a valid anchor or the caption is empty
 */
export function claims(given: ClaimsModel): Displayable {
  const label: Label = checkLabel(given, "claims");
  return {
    metadata: labelMetadata(label, "claims"),
    toText: () => claimsText(given),
    toMimeBundle: async () => ({
      [claimsMime]: given,
      "text/html": claimsHtml(given),
      "text/plain": claimsText(given),
    }),
  };
}

function claimsText({ question, claims: all }: ClaimsModel): string {
  const lines = all.flatMap(({ says, verdict, why, effects }) => [
    `${verdict}: ${says}${why === null ? "" : ` (${why})`}`,
    ...effects.map((it) => `  ${it.what}: ${effectText(it)}`),
  ]);
  return [question, ...lines].join("\n");
}
