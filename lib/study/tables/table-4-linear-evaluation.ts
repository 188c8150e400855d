import type { StudyInput } from "../../config";
import { cited, printed } from "./paper";
import { iJepa, lowWeights, nJepa, topOne } from "./rows";

const longer = "I-JEPA, as many operations";

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
    { name: longer, settings: iJepa, sameOperationsAs: "N-JEPA" },
    { name: "N-JEPA", settings: nJepa(lowWeights, "edm"), paper: printed("table4", 1) },
  ],
  columns: topOne,
  headline: { "top-1": "all labels" },
  notes: `A second predictor costs operations. "${longer}" is I-JEPA trained so many more steps that both take as many, schedules stretched with it.`,
  sections: [
    {
      title: "What a step costs",
      text: "The paper says nothing of it. Measured in the trainings themselves, on whatever machine they ran; operations are reckoned.",
      code: ["await njepa.show(await njepa.studyTables.stepCosts(results));"],
    },
    {
      title: "At the paper's two lengths",
      text: "The same table at 100 and at 600 epochs, as far as anybody has trained them.",
      code: ['await njepa.show(await njepa.studyTables.sideBySide(results, ["paper-100", "paper-600"]));'],
    },
  ],
  claims: [
    {
      says: "N-JEPA (weights 0.1: the paper's are lost) is better than I-JEPA",
      orderings: [{ below: "I-JEPA", above: "N-JEPA", paper: 1.5 }],
    },
    {
      says: "N-JEPA is better than I-JEPA of as many operations",
      by: "open",
      orderings: [{ below: longer, above: "N-JEPA" }],
    },
  ],
  cited: cited.filter(({ what }) => !what.includes("1%")),
};
