import { tPower, tQuantile } from "../statistics/distributions";
import { leastSignFlip, seedsForSignFlip } from "../statistics/sign-flip";
import { openStudy, type Study } from "../study";
import { studies } from "../tables";
import { comparisonKey, orderingsOf } from "./effects";
import { pText } from "./sentences";
import { LEVEL } from "./verdict";

/**
 * What a study could ever decide with its seeds, told before it runs: the least p that signs can reach, Holm's first step over the unique
 * comparisons of all tables, and how large a difference must be, in standard deviations between seeds, to be found in 80 %.
 */
export function decidableText(study: Study): string {
  const { config, preset, threads, seeds } = study;
  if (config.claims.length === 0) return `${config.name} claims nothing.`;
  const family = config.name in studies ? Object.keys(studies) : [];
  const others = family
    .filter((name) => name !== config.name)
    .map((name) => openStudy(name, { preset, ...(threads === undefined ? {} : { threads }) }));
  const keys = [study, ...others].flatMap((one) => orderingsOf(one).map((it) => comparisonKey({ study: one }, it)));
  const comparisons = new Set(keys).size;
  const n = seeds.length;
  if (n < 2) return `${config.name}: one seed decides nothing; ${comparisons} comparisons need two or more.`;
  return (
    `${config.name}: ${n} seeds, ${comparisons} comparisons in its family. Holm's first step asks p ${pText(LEVEL / comparisons)}: signs reach ` +
    `${pText(leastSignFlip(n))} (${seedsForSignFlip(comparisons)} seeds could decide); Student's t finds, in 80 %, differences of ` +
    `${(smallestRatio(n - 1, LEVEL / comparisons) / Math.sqrt(n)).toFixed(1)} standard deviations between seeds.`
  );
}

/** Standard errors that a true difference must have to be found in 80 %. */
function smallestRatio(freedom: number, level: number): number {
  let ratio = 0;
  const step = tQuantile(1 - level / 2, freedom) / 50;
  while (tPower(ratio, freedom, level) < 0.8) ratio += step;
  return ratio;
}
