import { standardized } from "../features/standardize";
import { learnLogreg } from "./learn-logreg";
import type { ProtocolDefinition } from "./protocol-definition";

/** `logreg`: multinomial logistic regression with an L2 penalty. */
export const logreg: ProtocolDefinition = {
  learn: (task) =>
    learnLogreg(task, {
      penalties: task.config.penalties,
      against: "sum",
      intercept: true,
      normalize: standardized,
    }),
  normalize: "standardized",
  needsImages: false,
  settings: ({ penalties }) => ({ penalty: penalties }),
  sentence: () => "L2 logistic regression to convergence",
  choices: () => "λ",
};
