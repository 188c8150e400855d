import type { StudyInput } from "../../config";
import { lowWeights, nJepa, topOne } from "./rows";

/** What the paper leaves open about its noise, measured (spec e, k 1). */
export const noiseReadings: StudyInput = {
  name: "noise-readings",
  title: "Readings of the noise",
  asks: "Do the readings that the paper leaves open differ, and is it noise that helps or only a second predictor?",
  found:
    "nothing that decides: the text names EDM's three parameters (a log-normal level), Algorithm 1 a constant 0.5; `fixed` may be one draw " +
    "per step or one for the whole training",
  rows: [
    { name: "no noise: a clean twin predictor", settings: nJepa(lowWeights, "none") },
    { name: "edm, multi-level", settings: nJepa(lowWeights, "edm") },
    { name: "alg1, multi-level", settings: nJepa(lowWeights, "alg1") },
    { name: "edm, single-level", settings: nJepa(lowWeights, "edm-single") },
    { name: "alg1, single-level", settings: nJepa(lowWeights, "alg1-single") },
    { name: "edm, frozen", settings: nJepa(lowWeights, { level: "frozen", sigma: "edm-lognormal" }) },
  ],
  columns: topOne,
  claims: [
    {
      says: "EDM's log-normal levels are better than Algorithm 1's constant",
      by: "open",
      orderings: [{ below: "alg1, multi-level", above: "edm, multi-level" }],
    },
    {
      says: "a draw per step is better than one frozen draw",
      by: "open",
      orderings: [{ below: "edm, frozen", above: "edm, single-level" }],
    },
    {
      says: "noise is better than a clean second predictor",
      by: "open",
      orderings: [{ below: "no noise: a clean twin predictor", above: "edm, multi-level" }],
    },
  ],
};
