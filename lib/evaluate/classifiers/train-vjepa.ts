import type { EvaluateConfig } from "../../config";
import type { tf } from "../../engine";
import { rng } from "../../random";
import { encodeTokens } from "../features/pooled-encoder";
import type { SubsetImages } from "../features/subset-images";
import type { ImageScore } from "./held-out";
import { createRandomCrops } from "./random-crops";
import { type LabelledPlaces, scoreImages } from "./score-images";
import { createVjepaHead } from "./vjepa-head";
import { poolerParameters } from "./vjepa-pooler";

/** V-JEPA's settings for ImageNet: configs/evals/vitl16_in1k.yaml, 16 images on each of 64 GPUs. */
export const VJEPA = { epochs: 20, batchSize: 1024, learningRate: 0.001, weightDecay: 0.001 } as const;
/** Where its cosine of the weight decay ends. */
const FINAL_DECAY = 1e-6;

/** Learning rate and weight decay at a step, counted from 1: half cosines to 0 and to 1e-6, without warm-up. */
export function vjepaSchedule(step: number, steps: number): { learningRate: number; weightDecay: number } {
  const cosine = 0.5 * (1 + Math.cos((Math.PI * step) / steps));
  return {
    learningRate: VJEPA.learningRate * cosine,
    weightDecay: FINAL_DECAY + (VJEPA.weightDecay - FINAL_DECAY) * cosine,
  };
}

interface VjepaTask {
  /** Of the subset's images, in the order of their places. */
  labels: Int32Array;
  test: LabelledPlaces;
  classes: number;
  config: Pick<EvaluateConfig, "augmentation">;
  seed: number;
  signal?: AbortSignal | undefined;
}

/**
 * Trains V-JEPA's attentive classifier on the tokens of new random crops every epoch, and scores it on other images.
 *
 * Source: facebookresearch/jepa@01522ee, evals/image_classification_frozen/eval.py, without its AutoAugment and random
 * erasing.
 */
export async function trainVjepa(
  images: SubsetImages,
  { labels, test, classes, config, seed, signal }: VjepaTask,
): Promise<ImageScore> {
  const { run, blocks, places } = images;
  const shape = { width: blocks * run.model.embedDim, heads: run.model.numHeads, classes };
  const head = createVjepaHead(poolerParameters(shape, seed), shape);
  const crops = createRandomCrops(images, config.augmentation, seed);
  const size = Math.min(VJEPA.batchSize, places.length);
  const steps = VJEPA.epochs * Math.ceil(places.length / size);
  try {
    let taken = 0;
    for (let epoch = 0; epoch < VJEPA.epochs; epoch++) {
      const order = rng(seed).fold("vjepa").fold(epoch).permutation(places.length);
      for (let first = 0; first < order.length; first += size) {
        signal?.throwIfAborted();
        const rows = order.slice(first, first + size);
        const drawn = Int32Array.from(rows, (row) => places[row] as number);
        const pixels = await crops.draw(drawn, epoch);
        const tokens = await encodeTokens(images, pixels).finally(() => pixels.dispose());
        const wanted = Int32Array.from(rows, (row) => labels[row] as number);
        taken++;
        await head.update(tokens, wanted, vjepaSchedule(taken, steps)).finally(() => tokens.dispose());
      }
    }
    const scored = async (pixels: tf.Tensor) => {
      const tokens = await encodeTokens(images, pixels as tf.Tensor4D);
      return head.logProbabilities(tokens).finally(() => tokens.dispose());
    };
    return await scoreImages(scored, test, run);
  } finally {
    head.dispose();
    crops.dispose();
  }
}
