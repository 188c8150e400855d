import type { StudyInput } from "../../config";
import { iJepa, nJepa, singleLevel, topOne } from "./rows";

const row = (lambdaNT: number, lambdaCN: number) => ({
  name: `λ1 = ${lambdaNT}, λ2 = ${lambdaCN}`,
  settings: nJepa({ lambdaNT, lambdaCN }),
});

const equal = [0.01, 0.1, 0.5, 1];

/** Negative slope of accuracy over the log of both weights: points gained for each tenfold lower weight. */
function lowerIsBetter(): Record<string, number> {
  const logs = equal.map(Math.log10);
  const mean = logs.reduce((sum, value) => sum + value, 0) / logs.length;
  const square = logs.reduce((sum, value) => sum + (value - mean) ** 2, 0);
  return Object.fromEntries(
    equal.map((weight, at) => [row(weight, weight).name, (mean - (logs[at] as number)) / square]),
  );
}

/** Table 2: the sweep of docs/method.md#losses, since the paper's weights are lost. */
export const table2: StudyInput = {
  name: "table-2-loss-weights",
  title: "Table 2: how much each loss weighs",
  asks: "Which weights λ1 of N-T and λ2 of C-N are best?",
  found:
    "Relatively low weights are best, at 100 epochs (+1.1 over the baseline) and at 600 (+1.3). The weights and every cell are " +
    "lost; the sweep here is ours.",
  rows: [
    { name: "I-JEPA", settings: iJepa },
    row(0.01, 0.01),
    row(0.1, 0.1),
    row(0.5, 0.5),
    row(0.1, 1),
    row(1, 0.1),
    row(1, 1),
  ],
  columns: topOne,
  notes: singleLevel,
  claims: [
    {
      says: "low weights are better than unit weights",
      orderings: [{ below: "λ1 = 1, λ2 = 1", above: "λ1 = 0.1, λ2 = 0.1" }],
    },
    {
      says: "accuracy rises as both weights fall, from 1 to 0.01",
      orderings: [
        {
          below: "λ1 = 1, λ2 = 1",
          above: "λ1 = 0.01, λ2 = 0.01",
          contrast: lowerIsBetter(),
          per: "for each tenfold lower weight",
        },
      ],
    },
    {
      says: "low weights (0.1: the paper's are lost) are better than the baseline",
      orderings: [{ below: "I-JEPA", above: "λ1 = 0.1, λ2 = 0.1", paper: 1.1 }],
    },
  ],
};
