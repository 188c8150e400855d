import { detectableRatio } from "../statistics/power";
import { leastSignFlip, seedsForSignFlip } from "../statistics/sign-flip";
import { othersOf, type Study } from "../study";
import { orderingsOf } from "./effects";
import { comparisonsText, pText } from "./sentences";
import { LEVEL } from "./verdict";

/**
 * What a study can decide with its seeds, known before it runs, one per line: the least p that the sign test can reach,
 * Holm's first step over the unique comparisons of all tables, and the difference, in standard deviations between
 * seeds, that is found with a power of 80 %.
 */
export function decidableText(study: Study): string {
  const { config, seeds } = study;
  if (config.claims.length === 0) return `${config.name} claims nothing.`;
  const keys = [study, ...othersOf(study)].flatMap((one) => orderingsOf(one).map(({ key }) => key));
  const comparisons = new Set(keys).size;
  const n = seeds.length;
  if (n < 2) return `${config.name}: one seed decides nothing; ${comparisonsText(comparisons)} need two or more.`;
  const asked = pText(LEVEL / comparisons);
  const needed = seedsForSignFlip(comparisons);
  const claims = config.claims.length === 1 ? "its claim" : `its ${config.claims.length} claims`;
  const bySigns =
    n >= needed
      ? `Signs could decide ${claims}`
      : `Signs alone could never decide ${claims}: they need ${needed} seeds`;
  const size = detectableRatio(n - 1, LEVEL / comparisons) / Math.sqrt(n);
  return [
    `${config.name}: ${n} seeds; its family has ${comparisonsText(comparisons)}.`,
    `Holm's first step asks p ${asked}; signs reach ${pText(leastSignFlip(n))}.`,
    `${bySigns}.`,
    `Student's t finds, in 80 %, differences of ${size.toFixed(1)} standard deviations between seeds.`,
  ].join("\n");
}
