import { ofLengthOne } from "../features/unit-length";
import { learnLogreg } from "./learn-logreg";
import type { ProtocolDefinition } from "./protocol-definition";

/**
 * `ibot-logreg`: logistic regression without intercept on features of length 1, the penalty relative to the mean
 * cross-entropy; run to convergence, where iBOT's solver takes at most 100 epochs.
 *
 * Source: bytedance/ibot@c24f870, evaluation/eval_logistic_regression.py, whose λ are 0.01, 0.1 and 1.
 */
export const ibotLogreg: ProtocolDefinition = {
  learn: (task) =>
    learnLogreg(task, {
      penalties: task.config.ibotLogreg.penalties,
      against: "mean",
      intercept: false,
      normalize: (...features) => features.map(ofLengthOne),
    }),
  normalize: "of length 1",
  needsImages: false,
  settings: ({ ibotLogreg: { penalties } }) => ({ penalty: penalties }),
  sentence: () => "L2 logistic regression without intercept to convergence (iBOT)",
  choices: () => "λ",
};
