import { ConfigError } from "../../errors";
import { type Features, takeRows } from "../features/features";
import { standardized } from "../features/standardize";
import { augmentedBatches } from "./augmented-batches";
import { type Heads, linearHeads, mlpHeads } from "./heads";
import { bestOf, heldOutPlaces, isAtEdge } from "./held-out";
import type { Learner, LearnerTask, SubsetImages } from "./learner";
import { featureBatches, type HeadBatches, type HeadCurves, trainHeads } from "./train-heads";

/** `linear`: a linear layer on cached features. */
export const learnLinear: Learner = (task) =>
  learnHeads(task, task.config.learningRates, {
    heads: (rates) => linearHeads({ width: task.train.width, classes: task.classes, rates }),
    batches: (features) => featureBatches(features, task.config.batchSize, task.seed),
  });

/** `mlp`: a layer of hidden units between, on cached features. */
export const learnMlp: Learner = (task) =>
  learnHeads(task, task.config.mlp.learningRates, {
    heads: (rates) =>
      mlpHeads({
        width: task.train.width,
        classes: task.classes,
        rates,
        hidden: task.config.mlp.hidden,
        seed: task.seed,
      }),
    batches: (features) => featureBatches(features, task.config.batchSize, task.seed),
  });

/** `linear-augmented`: a linear layer on the features of new random crops and flips in every epoch, as the paper does. */
export const learnLinearAugmented: Learner = (task) =>
  learnHeads(task, task.config.learningRates, {
    heads: (rates) => linearHeads({ width: task.train.width, classes: task.classes, rates }),
    batches: (features, places, whole) => {
      const { images } = task;
      if (!images) throw new ConfigError("The protocol linear-augmented needs images; there are only features here.");
      const part: SubsetImages = {
        ...images,
        places: Int32Array.from(places, (place) => images.places[place] as number),
      };
      return augmentedBatches(part, { like: whole, labels: features.labels }, task);
    },
  });

interface HeadMaker {
  heads(rates: number): Heads;
  /**
   * @param features  what is learned from, standardized
   * @param places    which rows of the subset these are
   * @param whole     the same before it was standardized
   */
  batches(features: Features, places: Int32Array, whole: Features): HeadBatches;
}

/**
 * Trains a sweep of learning rates on what is kept of the subset, chooses rate and epoch on what is held out of it, then
 * trains anew on the whole subset. The rate that is best after the last epoch is trained beside it.
 *
 * A single rate leaves nothing to choose: nothing is held out, and its last epoch counts.
 */
async function learnHeads(task: LearnerTask, rates: readonly number[], maker: HeadMaker): ReturnType<Learner> {
  const { train, test, config } = task;
  const all = Int32Array.from({ length: train.count }, (_, index) => index);
  const last = config.epochs - 1;
  if (rates.length === 1) {
    const { accuracy } = await trained(task, rates, maker, all, test);
    return { accuracy: accuracy[last]?.[0] as number, chosen: { learningRate: rates[0] as number }, atEdge: [] };
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
  const tested = await trained(task, [learningRate, lastLearningRate], maker, all, test);
  return {
    accuracy: tested.accuracy[epoch]?.[0] as number,
    last: tested.accuracy[last]?.[1] as number,
    chosen: { learningRate, epoch: epoch + 1, lastLearningRate },
    atEdge: isAtEdge(learningRate, rates) ? ["learningRate"] : [],
  };
}

async function trained(
  task: LearnerTask,
  rates: readonly number[],
  maker: HeadMaker,
  places: Int32Array,
  watched: Features,
): Promise<HeadCurves> {
  const subset = places.length === task.train.count ? task.train : takeRows(task.train, places);
  const [features, watch] = standardized(subset, watched) as [Features, Features];
  const batches = maker.batches(features, places, subset);
  const heads = maker.heads(rates.length);
  try {
    return await trainHeads(heads, rates, batches, watch, task.config, task.signal);
  } finally {
    heads.dispose();
    batches.dispose();
  }
}
