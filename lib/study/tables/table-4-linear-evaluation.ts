import type { StudyInput } from "../../config";
import { cited, printed } from "./paper";
import { iJepa, lowWeights, nJepa, topOne } from "./rows";

/** Table 4; 100 and 600 epochs are the presets `paper-100` and `paper-600`. */
export const table4: StudyInput = {
  name: "table-4-linear-evaluation",
  title: "Table 4: linear evaluation",
  asks:
    "Is N-JEPA better than I-JEPA under a linear classifier that sees all labels? Two baselines cost nothing: raw pixels, and the encoder at " +
    "its first draw.",
  found:
    "+1.5 over the authors' own I-JEPA, at 100 epochs and at 600. Every cell is lost, and which other methods were listed " +
    "is unknown; the presets `paper-100` and `paper-600` are its two lengths.",
  rows: [
    { name: "raw pixels", source: "raw-pixels" },
    { name: "untrained encoder", source: "untrained" },
    { name: "I-JEPA", settings: iJepa, paper: printed("table4", 0) },
    { name: "N-JEPA", settings: nJepa(lowWeights, "edm"), paper: printed("table4", 1) },
  ],
  columns: topOne,
  headline: { "top-1": "all labels" },
  claims: [{ says: "N-JEPA is better than I-JEPA", orderings: [{ below: "I-JEPA", above: "N-JEPA", paper: 1.5 }] }],
  cited: cited.filter(({ what }) => !what.includes("1%")),
};
