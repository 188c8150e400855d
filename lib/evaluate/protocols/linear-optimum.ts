import { fitLogisticRegression, type LogisticFit, scoreClassifier } from "../classifiers/logistic-regression";
import type { Features } from "../features/features";
import type { Optimum } from "./protocol-definition";

/** Penalties on the way to next to none, each fitted from the one before. */
const PENALTIES = [1, 1e-3, 1e-6];
/** Probabilities of training images that are held at once. */
const MOST_PROBABILITIES = 1e8;

export interface OptimumTask {
  train: Features;
  test: Features;
  classes: number;
  /** What SGD ended with. */
  trainLoss: number;
  signal?: AbortSignal | undefined;
}

/**
 * Where a linear layer without weight decay would end on these features, all but unpenalized: what SGD is short of.
 *
 * @returns undefined for more than 1e8 images × classes, which would take longer than the probe
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
