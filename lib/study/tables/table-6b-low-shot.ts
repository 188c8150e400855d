import type { PaperValue, StudyInput } from "../../config";
import { printed } from "./paper";
import { iJepa, lowWeights, nJepa } from "./rows";

const columns = [
  { name: "1 %, last", fraction: 0.01, layers: "last" as const, place: 0, gain: null },
  { name: "1 %, last 4", fraction: 0.01, layers: "last4" as const, place: 2, gain: 2.5 },
  { name: "10 %, last", fraction: 0.1, layers: "last" as const, place: 4, gain: null },
  { name: "10 %, last 4", fraction: 0.1, layers: "last4" as const, place: 6, gain: 3.1 },
];

function paper(method: 0 | 1): Record<string, PaperValue> {
  return Object.assign({}, ...columns.map(({ name, place }) => printed("table6b", place + method, name)));
}

/** Table 6b. */
export const table6b: StudyInput = {
  name: "table-6b-low-shot",
  title: "Table 6b: few labels",
  asks: "Is N-JEPA better than I-JEPA when a classifier sees only 1 % or 10 % of the labels, on the last layer or the last four?",
  found:
    "Better in all four settings: +2.5 with 1 % and +3.1 with 10 % of the labels on the last four layers; the gains on the last " +
    "layer and every absolute number are lost.",
  rows: [
    { name: "raw pixels", source: "raw-pixels" },
    { name: "untrained encoder", source: "untrained" },
    { name: "I-JEPA", settings: iJepa, paper: paper(0) },
    { name: "N-JEPA", settings: nJepa(lowWeights, "edm"), paper: paper(1) },
  ],
  headline: { "1 %, last": "1 % of the labels", "10 %, last": "10 %" },
  columns: columns.map(({ name, fraction, layers }) => ({ name, fraction, layers })),
  sections: [
    {
      title: "On the same labels",
      text:
        "Both methods are probed on the same class-balanced label subsets, so what makes a subset hard cancels out. These intervals speak of " +
        "label subsets for one pair of trainings; those at the end of training seeds.",
      code: ['await njepa.show(njepa.studyTables.pairs(results, { above: "N-JEPA", below: "I-JEPA" }));'],
    },
  ],
  claims: [
    {
      says: "N-JEPA is better than I-JEPA in every low-shot setting",
      orderings: columns.map(({ name, gain }) => ({ below: "I-JEPA", above: "N-JEPA", column: name, paper: gain })),
    },
  ],
};
