import type { StudyInput } from "../../config";
import { lowWeights, nJepa } from "./rows";

const plain = "ipe_scale 1";

/** Whether the last state of a training is its best: the trainings of Figure 5, evaluated along the way. */
export const checkpoints: StudyInput = {
  name: "checkpoints",
  title: "Checkpoints: is the last the best?",
  asks:
    "The paper found states before the end better with plain schedules: that of epoch 80 of 100, and of 550 of 600. Are they here, and does " +
    "stretching the schedules by 1.25 mend it?",
  found:
    "With plain schedules the checkpoint of epoch 80 was better than that of 100, and 550 better than 600; by how much is not said. " +
    "With ipe_scale 1.25 the last one counts.",
  rows: [
    { name: plain, settings: { ...nJepa(lowWeights, "edm"), optimizer: { ipeScale: 1 } } },
    { name: "ipe_scale 1.25", settings: { ...nJepa(lowWeights, "edm"), optimizer: { ipeScale: 1.25 } } },
  ],
  columns: [
    { name: "at 80 %", fraction: 1, at: 0.8, settings: { subsets: 1 } },
    { name: "at 92 %", fraction: 1, at: 0.92, settings: { subsets: 1 } },
    { name: "at the end", fraction: 1, settings: { subsets: 1 } },
  ],
  notes:
    "The trainings are those of Figure 5. 80 % is the paper's epoch 80 of 100, and 92 % its 550 of 600. Which checkpoint is reported was " +
    "never chosen on test images here: these three are stated before.",
  claims: [
    {
      says: "with plain schedules the state at 80 % of the training is better than the last",
      orderings: [{ below: plain, column: "at the end", above: plain, aboveColumn: "at 80 %" }],
    },
    {
      says: "with plain schedules the state at 92 % of the training is better than the last",
      orderings: [{ below: plain, column: "at the end", above: plain, aboveColumn: "at 92 %" }],
    },
  ],
};
