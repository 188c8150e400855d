import type { StudyInput } from "../../config";
import { iJepa, lowWeights, nJepa, topOne } from "./rows";

/** Figure 4: the trainings of Table 5a, whose records hold the gradient norms. */
export const figure4: StudyInput = {
  name: "figure-4-gradients",
  title: "Figure 4: gradients of the last layer",
  asks: "How large is the gradient of the last encoder block's qkv weight, step by step?",
  found: "A curve whose numbers and axes are lost; very probably the L2 norm that the I-JEPA code logs (spec j).",
  rows: [
    { name: "I-JEPA", settings: iJepa },
    { name: "N-JEPA, fixed noise", settings: nJepa(lowWeights, "edm-single") },
    { name: "N-JEPA, multi-level noise", settings: nJepa(lowWeights, "edm") },
  ],
  columns: topOne,
};

/** Figure 5: a last stretch that the schedules never reach (ipe_scale 1.25), or do (1). */
export const figure5: StudyInput = {
  name: "figure-5-settings",
  title: "Figure 5: settings and schedules",
  asks: "Does a schedule computed for 1.25 times the run and cut off do better than one that ends with the run?",
  found:
    "Only the figure's caption is known (settings of ViT-B at 600 epochs). The text reports that with plain schedules " +
    "checkpoints of epoch 80 and 550 were better than those of 100 and 600, and sets ipe_scale to 1.25.",
  rows: [
    { name: "ipe_scale 1", settings: { ...nJepa(lowWeights, "edm"), optimizer: { ipeScale: 1 } } },
    { name: "ipe_scale 1.25", settings: { ...nJepa(lowWeights, "edm"), optimizer: { ipeScale: 1.25 } } },
  ],
  columns: topOne,
  claims: [
    { says: "the stretched schedule is better", orderings: [{ below: "ipe_scale 1", above: "ipe_scale 1.25" }] },
  ],
};
