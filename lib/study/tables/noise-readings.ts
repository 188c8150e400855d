import type { StudyInput } from "../../config";
import { lowWeights, nJepa, topOne } from "./rows";

/** What the paper leaves open about its noise, measured (docs/method.md#noise). */
export const noiseReadings: StudyInput = {
  name: "noise-readings",
  title: "Readings of the noise",
  asks:
    'Are the noise levels log-normal, as the three EDM parameters in the text say, or the constant 0.5 of Algorithm 1? Does "fixed" noise ' +
    "mean one draw per step, or one for the whole training? And is it noise that helps, or only a second predictor?",
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
  notes: "λ1 = λ2 = 0.1 in every row. The paper claims none of these orderings: they are our questions.",
  sections: [
    {
      title: "How noisy each reading is",
      text: "A position embedding has a root mean square of 0.71 per channel.",
      code: [
        `const levels = Object.entries(njepa.noisePresets).map(([reading, noise]) => ({ reading, ...njepa.noiseLevels(njepa.parseRun({ preset: "demo", noise }).noise) }));
await njepa.show(njepa.table(levels, { id: "levels", caption: "Quantiles, mean and root mean square of the noise level σ of each reading" }));`,
      ],
    },
  ],
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
