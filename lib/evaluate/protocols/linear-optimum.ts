import { fitLogisticRegression, type LogisticFit, scoreClassifier } from "../classifiers/logistic-regression";
import type { Features } from "../features/features";
import type { Optimum } from "./protocol-definition";

/** Penalties down to almost none, each fit started from the one before. */
const PENALTIES = [1, 1e-3, 1e-6];
/** Most probabilities of training images held at once. */
const MOST_PROBABILITIES = 1e8;

export interface OptimumTask {
  train: Features;
  test: Features;
  classes: number;
  /** Where SGD ended. */
  trainLoss: number;
  signal?: AbortSignal | undefined;
}

/**
 * The optimum of a linear layer on these features, all but unpenalized: where SGD without weight decay would end.
 *
 * @returns undefined beyond 1e8 images × classes, which would take longer than the probe
 */
export async function linearOptimum({
  train,
  test,
  classes,
  trainLoss,
  signal,
}: OptimumTask): Promise<Optimum | undefined> {
  if (train.count * classes > MOST_PROBABILITIES) return undefined;
  const fits = await fitLogisticRegression(train, { classes, penalties: PENALTIES, signal });
  const best = fits.at(-1) as LogisticFit;
  return {
    accuracy: scoreClassifier(best, test).accuracy,
    lossGap: trainLoss - scoreClassifier(best, train).loss,
  };
}
