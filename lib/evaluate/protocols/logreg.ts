import { bestOf, heldOutPair, isAtEdge } from "../classifiers/held-out";
import { fitLogisticRegression, type LinearClassifier, scoreClassifier } from "../classifiers/logistic-regression";
import type { Features } from "../features/features";
import { standardized } from "../features/standardize";
import type { Learner, ProtocolDefinition } from "./protocol-definition";

/** The penalty chosen on held-out labels, then fitted on the whole subset. */
const learn: Learner = async ({ train, test, classes, config, seed, signal }) => {
  const { penalties } = config;
  let penalty = penalties[0] as number;
  if (penalties.length > 1) {
    const { kept, held } = heldOutPair(train, { fraction: config.heldOut, seed });
    const [scaledKept, scaledHeld] = standardized(kept, held) as [Features, Features];
    const fitted = await fitLogisticRegression(scaledKept, classes, penalties);
    penalty = penalties[bestOf(fitted.map((classifier) => scoreClassifier(classifier, scaledHeld)))] as number;
  }
  signal?.throwIfAborted();
  const [scaledTrain, scaledTest] = standardized(train, test) as [Features, Features];
  const [classifier] = (await fitLogisticRegression(scaledTrain, classes, [penalty])) as [LinearClassifier];
  const { accuracy } = scoreClassifier(classifier, scaledTest);
  return { accuracy, chosen: { penalty }, atEdge: isAtEdge(penalty, penalties) ? ["penalty"] : [] };
};

/** `logreg`: multinomial logistic regression with an L2 penalty. */
export const logreg: ProtocolDefinition = {
  learn,
  normalize: "standardized",
  needsImages: false,
  settings: ({ penalties }) => ({ penalty: penalties }),
  sentence: () => "L2 logistic regression to convergence",
  choices: () => "λ",
};
