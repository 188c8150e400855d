import { ConfigError } from "../../errors";
import { createFinetuner } from "../classifiers/finetune";
import { bestOf, heldOutPlaces, type ImageScore, isAtEdge, type Score } from "../classifiers/held-out";
import { packRight } from "../classifiers/right-images";
import { allPlaces } from "../features/image-batches";
import { rateAndEpoch } from "./learn-heads";
import type { Learner, ProtocolDefinition } from "./protocol-definition";

/** Chooses rate and epoch on held-out labels, then retrains everything on the whole subset. */
const learn: Learner = async (task) => {
  const { images, config, classes, seed, signal, train } = task;
  if (!images) throw new ConfigError("The protocol finetune needs images; there are only features here.");
  const { learningRates, epochs, batchSize } = config.finetune;
  const test = { split: images.test, places: allPlaces(images.test.count) };
  const single = learningRates.length === 1;
  const { kept, held } = single
    ? { kept: allPlaces(train.count), held: new Int32Array() }
    : heldOutPlaces(train.labels, { fraction: config.heldOut, seed });
  const inSplit = (rows: Int32Array) => Int32Array.from(rows, (row) => images.places[row] as number);
  // Both trainings share one batch size, so that the step is compiled once.
  const size = Math.min(batchSize, kept.length);
  const finetuner = createFinetuner(images, { classes, config, size, seed, signal });
  try {
    if (single) {
      const [score] = await finetuner.train(learningRates[0] as number, images.places, test, [epochs]);
      const { accuracy, right } = score as ImageScore;
      return { accuracy, right: packRight(right), chosen: { learningRate: learningRates[0] as number }, atEdge: [] };
    }
    const everyEpoch = Array.from({ length: epochs }, (_, epoch) => epoch + 1);
    const scores: Score[][] = [];
    for (const rate of learningRates)
      scores.push(
        await finetuner.train(rate, inSplit(kept), { split: images.train, places: inSplit(held) }, everyEpoch),
      );
    const best = bestOf(scores.flat());
    const learningRate = learningRates[Math.floor(best / epochs)] as number;
    const epoch = 1 + (best % epochs);
    const tested = await finetuner.train(learningRate, images.places, test, [epoch, epochs]);
    const { accuracy, right } = tested[0] as ImageScore;
    return {
      accuracy,
      right: packRight(right),
      last: (tested.at(-1) as Score).accuracy,
      chosen: { learningRate, epoch },
      atEdge: isAtEdge(learningRate, learningRates) ? ["learningRate"] : [],
    };
  } finally {
    finetuner.dispose();
  }
};

/** `finetune`: the encoder and a linear classifier on its pooled tokens, end to end. */
export const finetune: ProtocolDefinition = {
  learn,
  normalize: "as they are",
  needsImages: true,
  trainsEncoder: true,
  settings: ({ finetune: { learningRates, ...others } }) => ({ learningRate: learningRates, ...others }),
  sentence: (it) =>
    `AdamW (batch ${it.batchSize}, ${it.warmupEpochs} epochs of warm-up, cosine, ${it.epochs} epochs, weight decay ${it.weightDecay}, layer decay ${it.layerDecay}, label smoothing ${it.labelSmoothing})`,
  choices: rateAndEpoch,
};
