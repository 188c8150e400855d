import { bestOf, heldOutPair, isAtEdge, isPastBest, type Score } from "../classifiers/held-out";
import { fitLogisticRegression, type LogisticFit, scoreClassifier } from "../classifiers/logistic-regression";
import { packRight } from "../classifiers/right-images";
import type { Features } from "../features/features";
import type { LearnerTask, SubsetResult } from "./protocol-definition";

export interface LogregOptions {
  penalties: readonly number[];
  /** What a penalty is relative to: the sum of the cross-entropies, as in scikit-learn, or their mean. */
  against: "sum" | "mean";
  intercept: boolean;
  /** Normalizes both sets by the statistics of the training features, which come first. */
  normalize(train: Features, other: Features): readonly Features[];
}

/**
 * Chooses the penalty on held-out labels, then fits the whole subset with it. Penalties are tried from the largest
 * down, until two in a row are clearly past the best.
 */
export async function learnLogreg(
  { train, test, classes, config, seed, signal }: LearnerTask,
  { penalties, against, intercept, normalize }: LogregOptions,
): Promise<Omit<SubsetResult, "seed">> {
  const fits: LogisticFit[] = [];
  const fitted = async (
    features: Features,
    candidates: readonly number[],
    isEnough?: (fit: LogisticFit) => boolean,
  ): Promise<LogisticFit[]> => {
    const ofSum = against === "sum" ? candidates : candidates.map((candidate) => candidate * features.count);
    const found = await fitLogisticRegression(features, { classes, penalties: ofSum, intercept, isEnough, signal });
    fits.push(...found);
    return found;
  };
  let penalty = penalties[0] as number;
  if (penalties.length > 1) {
    const { kept, held } = heldOutPair(train, { fraction: config.heldOut, seed });
    const [scaledKept, scaledHeld] = normalize(kept, held) as [Features, Features];
    const fromLargest = [...new Set(penalties)].sort((a, b) => b - a);
    const scores: Score[] = [];
    await fitted(scaledKept, fromLargest, (fit) => {
      scores.push(scoreClassifier(fit, scaledHeld));
      return isPastBest(scores, held.count);
    });
    penalty = fromLargest[bestOf(scores)] as number;
  }
  const [scaledTrain, scaledTest] = normalize(train, test) as [Features, Features];
  const [fit] = (await fitted(scaledTrain, [penalty])) as [LogisticFit, ...LogisticFit[]];
  const { accuracy, right } = scoreClassifier(fit, scaledTest);
  return {
    accuracy,
    right: packRight(right),
    chosen: { penalty },
    atEdge: isAtEdge(penalty, penalties) ? ["penalty"] : [],
    converged: fits.every(({ converged }) => converged),
  };
}
