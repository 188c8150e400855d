import type { EvaluateConfig } from "../../config";
import type { Heads } from "../classifiers/heads";
import { bestOf, heldOutPlaces, isAtEdge } from "../classifiers/held-out";
import { packRight } from "../classifiers/right-images";
import { type HeadBatches, type HeadCurves, trainHeads } from "../classifiers/train-heads";
import { type Features, takeRows } from "../features/features";
import { standardized } from "../features/standardize";
import { linearOptimum } from "./linear-optimum";
import type { Learner, LearnerTask, Optimum, ProtocolSettings } from "./protocol-definition";

/** The settings that all SGD protocols share. */
export function sgdSettings({ sgdMomentum, batchSize, epochs }: EvaluateConfig) {
  return { sgdMomentum, batchSize, epochs };
}

export function sgdText({ sgdMomentum, batchSize, epochs }: ProtocolSettings): string {
  return `SGD (momentum ${sgdMomentum}, batch ${batchSize}, cosine, ${epochs} epochs)`;
}

/** What protocols with a learning rate choose: the rate, and with it the epoch. */
export function rateAndEpoch({ learningRate }: ProtocolSettings): string {
  return `one of ${(learningRate as readonly number[]).length} learning rates and the epoch`;
}

interface HeadMaker {
  /** @param places  the rows of the subset that are trained on */
  heads(rates: number, places: Int32Array): Heads;
  /**
   * @param features  the training features, standardized
   * @param places    their rows in the subset
   * @param whole     the same features before standardization
   */
  batches(features: Features, places: Int32Array, whole: Features): HeadBatches;
  /** False: features stay as they are. Default true. */
  standardize?: boolean;
  /** Whether the classifier is linear on cached features, so that the minimum of its loss can be reported too. */
  hasOptimum?: boolean;
}

/**
 * Trains a sweep of learning rates on part of the subset, chooses rate and epoch on the labels held out, then retrains
 * on the whole subset. The rate that is best after the last epoch is trained alongside.
 *
 * A single rate leaves nothing to choose: nothing is held out, and the last epoch counts.
 */
export async function learnHeads(task: LearnerTask, rates: readonly number[], maker: HeadMaker): ReturnType<Learner> {
  const { train, test, config } = task;
  const all = Int32Array.from({ length: train.count }, (_, index) => index);
  const last = config.epochs - 1;
  if (rates.length === 1) {
    const { accuracy, trainLoss, right } = await trained(task, rates, maker, all, test, last);
    return {
      accuracy: accuracy[last]?.[0] as number,
      right: packRight(right as Uint8Array),
      chosen: { learningRate: rates[0] as number },
      atEdge: [],
      ...(await optimumOf(task, maker, trainLoss[last]?.[0] as number)),
    };
  }
  const { kept, held } = heldOutPlaces(train.labels, { fraction: config.heldOut, seed: task.seed });
  const { accuracy, loss } = await trained(task, rates, maker, kept, takeRows(train, held));
  const scores = accuracy.map((row, epoch) =>
    row.map((value, rate) => ({ accuracy: value, loss: loss[epoch]?.[rate] as number })),
  );
  const best = bestOf(scores.flat());
  const epoch = Math.floor(best / rates.length);
  const learningRate = rates[best % rates.length] as number;
  const lastLearningRate = rates[bestOf(scores[last] as (typeof scores)[number])] as number;
  const tested = await trained(task, [learningRate, lastLearningRate], maker, all, test, epoch);
  return {
    accuracy: tested.accuracy[epoch]?.[0] as number,
    right: packRight(tested.right as Uint8Array),
    last: tested.accuracy[last]?.[1] as number,
    chosen: { learningRate, epoch: epoch + 1, lastLearningRate },
    atEdge: isAtEdge(learningRate, rates) ? ["learningRate"] : [],
    ...(await optimumOf(task, maker, tested.trainLoss[last]?.[1] as number)),
  };
}

/** The minimum, compared with what SGD reached after its last epoch. */
async function optimumOf(
  { train, test, classes, config, signal }: LearnerTask,
  { hasOptimum }: HeadMaker,
  trainLoss: number,
): Promise<{ optimum?: Optimum }> {
  if (!(hasOptimum && config.optimum)) return {};
  const [scaledTrain, scaledTest] = standardized(train, test) as [Features, Features];
  const optimum = await linearOptimum({ train: scaledTrain, test: scaledTest, classes, trainLoss, signal });
  return optimum ? { optimum } : {};
}

async function trained(
  task: LearnerTask,
  rates: readonly number[],
  maker: HeadMaker,
  places: Int32Array,
  watched: Features,
  keptEpoch?: number,
): Promise<HeadCurves> {
  const subset = places.length === task.train.count ? task.train : takeRows(task.train, places);
  const [features, watch] =
    maker.standardize === false ? [subset, watched] : (standardized(subset, watched) as [Features, Features]);
  const batches = maker.batches(features, places, subset);
  const heads = maker.heads(rates.length, places);
  try {
    const keep = keptEpoch === undefined ? undefined : { epoch: keptEpoch, rate: 0 };
    return await trainHeads(heads, rates, batches, watch, task.config, task.signal, keep);
  } finally {
    heads.dispose();
    batches.dispose();
  }
}
