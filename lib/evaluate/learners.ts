import type { EvaluateConfig } from "../config";
import { holdOut } from "../data";
import { DataError } from "../errors";
import { type FeaturePair, type Features, takeRows } from "./features";
import { fitLinearProbe } from "./linear-probe";
import { accuracy, fitLogisticRegression, type LinearClassifier } from "./logistic-regression";
import type { SubsetResult } from "./probe-result";
import type { ProtocolName } from "./protocol";
import { standardized } from "./standardize";

/** What a learner is given beside features. */
export interface LearnerContext {
  classes: number;
  config: EvaluateConfig;
  /** The subset's. */
  seed: number;
  signal?: AbortSignal | undefined;
}

/** Learns from a labelled subset, choosing its settings on a part of it, and counts what it gets right on the test part. */
export type Learner = (pair: FeaturePair, context: LearnerContext) => Promise<Omit<SubsetResult, "seed">>;

/** How each protocol learns from features. */
export const learners: Record<ProtocolName, Learner> = {
  logreg: (pair, context) =>
    learnOne(pair, context, { name: "penalty", candidates: context.config.penalties }, (train, candidates) =>
      fitLogisticRegression(train, context.classes, candidates),
    ),
  linear: (pair, context) =>
    learnOne(pair, context, { name: "learningRate", candidates: context.config.learningRates }, (train, candidates) =>
      fitLinearProbe(train, context.classes, candidates, context.config, context.seed),
    ),
};

/** A classifier with one setting to choose: fitted for all candidates on what is kept, then for the best on the whole. */
async function learnOne(
  { train, test }: FeaturePair,
  { config, seed, signal }: LearnerContext,
  { name, candidates }: { name: string; candidates: readonly number[] },
  fit: (train: Features, candidates: readonly number[]) => Promise<LinearClassifier[]>,
): Promise<Omit<SubsetResult, "seed">> {
  let best = candidates[0] as number;
  if (candidates.length > 1) {
    const { kept, held } = heldOutPair(train, { fraction: config.heldOut, seed });
    const [scaledKept, scaledHeld] = standardized(kept, held) as [Features, Features];
    const scores = (await fit(scaledKept, candidates)).map((classifier) => accuracy(classifier, scaledHeld));
    best = candidates[scores.indexOf(Math.max(...scores))] as number;
  }
  signal?.throwIfAborted();
  const [scaledTrain, scaledTest] = standardized(train, test) as [Features, Features];
  const [classifier] = (await fit(scaledTrain, [best])) as [LinearClassifier];
  return {
    accuracy: accuracy(classifier, scaledTest),
    chosen: { [name]: best },
    atEdge: isAtEdge(best, candidates) ? [name] : [],
  };
}

/** Whether the best of several candidates is the smallest or the largest, so that a better one may lie beyond. */
export function isAtEdge(chosen: number, candidates: readonly number[]): boolean {
  return candidates.length > 1 && (chosen === Math.min(...candidates) || chosen === Math.max(...candidates));
}

/** @throws {DataError} when no class has a label to spare */
export function heldOutPair(
  subset: Features,
  part: { fraction: number; seed: number },
): { kept: Features; held: Features } {
  const { kept, held } = holdOut(subset.labels, part);
  if (held.length === 0) {
    throw new DataError(
      `A subset of ${subset.count} labels is too small to choose a setting on: expected a class with at least two, of which ` +
        `one can be held out. Take a larger fraction, or give a single penalty or learning rate.`,
    );
  }
  return { kept: takeRows(subset, kept), held: takeRows(subset, held) };
}
