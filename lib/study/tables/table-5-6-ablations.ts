import type { StudyInput } from "../../config";
import { printed } from "./paper";
import { iJepa, lowWeights, nJepa, singleLevel, topOne } from "./rows";

/** Table 5a. */
export const table5a: StudyInput = {
  name: "table-5a-noise",
  title: "Table 5a: noise",
  asks: "Does fixed noise on the target positions help, and does multi-level noise help more?",
  found: "66.8 for the baseline, 67.9 with fixed (single-level) noise, 68.3 with multi-level noise, at 100 epochs.",
  rows: [
    { name: "baseline", settings: iJepa, paper: printed("table5a", 0) },
    { name: "fixed noise", settings: nJepa(lowWeights, "edm-single"), paper: printed("table5a", 1) },
    { name: "multi-level noise", settings: nJepa(lowWeights, "edm"), paper: printed("table5a", 2) },
  ],
  columns: topOne,
  notes: singleLevel,
  claims: [
    {
      says: "baseline < fixed noise < multi-level noise",
      orderings: [
        { below: "baseline", above: "fixed noise", paper: 1.1 },
        { below: "fixed noise", above: "multi-level noise", paper: 0.4 },
        { below: "baseline", above: "multi-level noise", paper: 1.5 },
      ],
    },
  ],
};

/** Table 5b. */
export const table5b: StudyInput = {
  name: "table-5b-mask-token",
  title: "Table 5b: the mask token",
  asks: "Should the two predictors share one mask token?",
  found: "66.5 with a shared mask token, below even the baseline's 66.8; 67.9 with a token each, at 100 epochs.",
  rows: [
    {
      name: "shared mask token",
      settings: nJepa(lowWeights, "edm-single", { maskToken: "shared" }),
      paper: printed("table5b", 0),
    },
    { name: "a mask token each", settings: nJepa(), paper: printed("table5b", 1) },
  ],
  columns: topOne,
  notes: singleLevel,
  claims: [
    {
      says: "a mask token each is better than a shared one",
      orderings: [{ below: "shared mask token", above: "a mask token each", paper: 1.4 }],
    },
  ],
};

/**
 * Table 6a: shared predictor parameters but separate mask tokens, to vary one factor at a time
 * (docs/method.md#predictors).
 */
export const table6a: StudyInput = {
  name: "table-6a-predictor",
  title: "Table 6a: the predictors' parameters",
  asks: "Are two predictors better than one that is called twice, clean and noisy?",
  found:
    "67.3 with shared parameters, 67.9 with two predictors, at 100 epochs. Whether the shared predictor also shared its mask token is not " +
    "said; here it does not, so that one thing changes at a time.",
  rows: [
    {
      name: "shared parameters",
      settings: nJepa(lowWeights, "edm-single", { predictorParams: "shared" }),
      paper: printed("table6a", 0),
    },
    { name: "two predictors", settings: nJepa(), paper: printed("table6a", 1) },
  ],
  columns: topOne,
  notes: singleLevel,
  claims: [
    {
      says: "two predictors are better than one called twice",
      orderings: [{ below: "shared parameters", above: "two predictors", paper: 0.6 }],
    },
  ],
};
