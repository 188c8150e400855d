import { beforeAll, describe, expect, it } from "vitest";
import { parseRun } from "../../lib/config";
import { ready } from "../../lib/engine";
import { createFinetuner } from "../../lib/evaluate/classifiers/finetune";
import { encoderWeights } from "../../lib/evaluate/features/encoder-weights";
import { createTrainState } from "../../lib/train";
import { tinyImages } from "../train/tiny-images";

const data = tinyImages();
const run = parseRun({ preset: "smoke" });

beforeAll(() => ready());

/** The score after one epoch on the images at these places, in batches of `size`. */
async function scoreOf(places: readonly number[], size: number, rate: number) {
  const state = createTrainState(run);
  const weights = encoderWeights(state, "student");
  const train = data.split("train");
  const test = data.split("test");
  const images = { run, weights, blocks: 1, train, test, places: Int32Array.from(places) };
  const finetune = { ...run.evaluate.finetune, epochs: 1, warmupEpochs: 0 };
  const options = { classes: 2, config: { ...run.evaluate, finetune }, size, seed: 0 };
  const finetuner = createFinetuner(images, options);
  const watch = { split: test, places: Int32Array.from({ length: 16 }, (_, place) => place) };
  try {
    const [score] = await finetuner.train(rate, images.places, watch, [1]);
    return score?.loss as number;
  } finally {
    finetuner.dispose();
    weights.dispose();
    state.dispose();
  }
}

describe("the last, partial batch of fine-tuning", () => {
  it("counts as the mean over its images, and what fills it up counts for nothing", async () => {
    // One image is a fourth of a batch of four. Rates are scaled by the batch's size, so that a fourth of it is due to one.
    const [filled, alone, untrained] = [
      await scoreOf([5], 4, 2),
      await scoreOf([5], 1, 8),
      await scoreOf([5], 1, 1e-12),
    ];
    expect(filled).toBeCloseTo(alone, 5);
    expect(Math.abs(filled - untrained)).toBeGreaterThan(0.01);
  });
});
