import type { StudyInput } from "../../config";
import { iJepa } from "./rows";

const probes = [
  { name: "20-NN", protocol: "knn" },
  { name: "logreg", protocol: "logreg" },
];
const layers = [
  { name: "last", layers: "last" as const },
  { name: "last 4", layers: "last4" as const },
];
const shares = [
  { name: "1 %", fraction: 0.01 },
  { name: "10 %", fraction: 0.1 },
];

/** The two differences that say whether anything was learned, as written in the notebook's cells. */
const aboveBaselines = '{ above: "I-JEPA", below: "raw pixels" }, { above: "I-JEPA", below: "untrained encoder" }';

/** Whether anything was learned: features beside the pixels they are computed from and an encoder that saw none. */
export const learned: StudyInput = {
  name: "learned",
  title: "What was learned: features, pixels and an untrained encoder",
  asks:
    "How far are the features of a training above the raw pixels, and above an encoder that was never trained, by a classifier that sees " +
    "1 % or 10 % of the labels?",
  rows: [
    { name: "raw pixels", source: "raw-pixels" },
    { name: "untrained encoder", source: "untrained" },
    { name: "I-JEPA", settings: iJepa },
  ],
  columns: probes.flatMap((probe) =>
    layers.flatMap((part) =>
      shares.map(({ name, fraction }) => ({
        name: `${name}, ${probe.name}, ${part.name}`,
        fraction,
        layers: part.layers,
        settings: { protocol: probe.protocol },
      })),
    ),
  ),
  notes:
    "20-NN: a weighted vote of the twenty nearest images; logreg: logistic regression to convergence. On the features of the last block, or of the " +
    "last four side by side.",
  answer: [`await njepa.show(njepa.studyDifferences(results, ${aboveBaselines}));`],
  sections: [
    {
      title: "How far above",
      text:
        "All three are probed on the same class-balanced label subsets, so what makes a subset hard cancels out. Nothing is tested: the preset was " +
        "chosen for these differences, on other images.",
      code: [`await njepa.show(njepa.studyTables.differences(results, ${aboveBaselines}));`],
    },
  ],
};
