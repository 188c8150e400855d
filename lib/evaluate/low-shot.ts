import { EvaluateConfig } from "../config";
import { holdOut, labelSubset } from "../data";
import { DataError, ShapeError } from "../errors";
import { type Features, takeRows } from "./features";
import { type Summary, summarize } from "./interval";
import { fitLinearProbe } from "./linear-probe";
import { accuracy, fitLogisticRegression, type LinearClassifier } from "./logistic-regression";
import { standardized } from "./standardize";

/** How well few labels do: accuracies are shares of the test images, in percent. */
export interface LowShotResult extends Summary {
  name: string;
  fraction: number;
  /** Labels that were learned from. */
  labels: number;
  /** One per subset, in the order of `seeds`. */
  accuracies: number[];
  seeds: number[];
  /** The penalty (logreg) or rate (linear) chosen for each subset. */
  settings: number[];
  /** The protocol in one sentence. */
  protocol: string;
}

/** What the protocol is made of; the run's `evaluate` part has all of it. */
export type ProbeOptions = Partial<
  Pick<
    EvaluateConfig,
    "subsets" | "protocol" | "epochs" | "batchSize" | "learningRates" | "sgdMomentum" | "penalties" | "heldOut"
  >
> & { fraction: number; seed?: number; onProgress?: (line: string) => void };

/**
 * Accuracy on the test images of a linear classifier that saw a share of the training labels.
 *
 * For each class-balanced subset the setting (penalty or rate) is chosen on labels held out of the subset itself, then
 * the classifier is fitted on the whole subset. Test labels are only counted at the end.
 *
 * @throws {ShapeError} when train and test features differ in width
 */
export async function lowShot(
  { train, test }: { train: Features; test: Features },
  options: ProbeOptions,
): Promise<LowShotResult> {
  const { fraction, seed = 0, onProgress, ...settings } = options;
  const config = EvaluateConfig.parse(settings);
  if (train.width !== test.width) {
    throw new ShapeError(
      `Training features are ${train.width} wide, test features ${test.width}; both must come from one encoder.`,
    );
  }
  const classes = 1 + train.labels.reduce((most, label) => Math.max(most, label), 0);
  const seeds = fraction === 1 ? [seed] : Array.from({ length: config.subsets }, (_, index) => seed + index);
  const accuracies: number[] = [];
  const chosen: number[] = [];
  let labels = 0;
  for (const [index, subsetSeed] of seeds.entries()) {
    const subset = takeRows(train, labelSubset(train.labels, { fraction, seed: subsetSeed }));
    labels = subset.count;
    const { setting, classifier, scaledTest } = await chooseAndFit(subset, test, classes, config, subsetSeed);
    chosen.push(setting);
    accuracies.push(100 * accuracy(classifier, scaledTest));
    onProgress?.(`${train.name}, ${100 * fraction} % of the labels: subset ${index + 1} of ${seeds.length}`);
  }
  return {
    name: train.name,
    fraction,
    labels,
    accuracies,
    seeds,
    settings: chosen,
    protocol: sentence(train, config, fraction, seeds.length),
    ...summarize(accuracies),
  };
}

async function chooseAndFit(subset: Features, test: Features, classes: number, config: EvaluateConfig, seed: number) {
  const candidates = config.protocol === "logreg" ? config.penalties : config.learningRates;
  const fit = (features: Features, settings: readonly number[]): Promise<LinearClassifier[]> =>
    config.protocol === "logreg"
      ? fitLogisticRegression(features, classes, settings)
      : fitLinearProbe(features, classes, settings, config, seed);
  const only = candidates.length === 1 ? candidates[0] : undefined;
  const setting = only ?? (await choose(subset, candidates, fit, { fraction: config.heldOut, seed }));
  const [scaledSubset, scaledTest] = standardized(subset, test) as [Features, Features];
  const [classifier] = (await fit(scaledSubset, [setting])) as [LinearClassifier];
  return { setting, classifier, scaledTest };
}

/** The candidate that does best on labels held out of the subset; of equals, the first. */
async function choose(
  subset: Features,
  candidates: readonly number[],
  fit: (features: Features, settings: readonly number[]) => Promise<LinearClassifier[]>,
  part: { fraction: number; seed: number },
): Promise<number> {
  const { kept, held } = holdOut(subset.labels, part);
  if (held.length === 0) {
    throw new DataError(
      `A subset of ${subset.count} labels is too small to choose a setting on: expected a class with at least two, of which ` +
        `one can be held out. Take a larger fraction, or give a single penalty or learning rate.`,
    );
  }
  const [scaledKept, scaledHeld] = standardized(takeRows(subset, kept), takeRows(subset, held)) as [Features, Features];
  const scores = (await fit(scaledKept, candidates)).map((classifier) => accuracy(classifier, scaledHeld));
  return candidates[scores.indexOf(Math.max(...scores))] as number;
}

function sentence(train: Features, config: EvaluateConfig, fraction: number, subsets: number): string {
  const classifier =
    config.protocol === "logreg"
      ? "L2 multinomial logistic regression to convergence, penalty"
      : `linear layer on cached features, SGD, ${config.epochs} epochs, rate`;
  const share = `${100 * fraction} % of the labels`;
  const drawn = subsets === 1 ? share : `${subsets} class-balanced subsets of ${share}`;
  return `${train.protocol}, standardized, ${classifier} chosen on ${100 * config.heldOut} % of the training labels, ${drawn}`;
}
