import type { StudyInput } from "../../config";
import { printed } from "./paper";
import { iJepa, nJepa, singleLevel, topOne } from "./rows";

const all = "C-T + N-T + C-N";

/** Table 1, all weights 1, in both readings of "only" (docs/method.md#readings). */
export const table1: StudyInput = {
  name: "table-1-loss-selection",
  title: "Table 1: which losses",
  asks:
    "Three losses: context to target (C-T), noisy prediction to target (N-T), noisy to clean prediction (C-N). Does each noisy loss help " +
    "alone, or only both together? All weights are 1.",
  found:
    "Adding only N-T, or only C-N, slightly lowers accuracy; both together with unit weights give +0.4. Every cell is lost. " +
    "The text can be read as adding one term to C-T or as putting it in its place; both are measured.",
  rows: [
    { name: "C-T", settings: iJepa, paper: printed("table1", 0) },
    { name: "C-T + N-T", settings: nJepa({ lambdaNT: 1, lambdaCN: 0 }), paper: printed("table1", 1) },
    { name: "C-T + C-N", settings: nJepa({ lambdaNT: 0, lambdaCN: 1 }), paper: printed("table1", 2) },
    { name: all, settings: nJepa({ lambdaNT: 1, lambdaCN: 1 }), paper: printed("table1", 3) },
    { name: "N-T in place of C-T", settings: nJepa({ lambdaCT: 0, lambdaNT: 1, lambdaCN: 0 }) },
    { name: "C-N in place of C-T", settings: nJepa({ lambdaCT: 0, lambdaNT: 0, lambdaCN: 1 }) },
  ],
  columns: topOne,
  notes: singleLevel,
  claims: [
    {
      says: "adding one noisy loss alone lowers accuracy",
      orderings: [
        { below: "C-T + N-T", above: "C-T" },
        { below: "C-T + C-N", above: "C-T" },
      ],
    },
    { says: "both noisy losses together raise it", orderings: [{ below: "C-T", above: all, paper: 0.4 }] },
    {
      says: "a noisy loss in place of C-T lowers it",
      orderings: [
        { below: "N-T in place of C-T", above: "C-T" },
        { below: "C-N in place of C-T", above: "C-T" },
      ],
    },
  ],
};
