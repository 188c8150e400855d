import type { Preset } from "./preset";
import { fashionMnist, lowWeights, wholeCosine } from "./shared-settings";

export const demo = {
  purpose: "the notebook's first training on real images",
  time: "a minute of processor time with I-JEPA",
  machine: "2 cores, no GPU",
  command: "npm run train -- --preset demo --out DIR",
  chosen: {
    split: "development",
    seeds: [100],
    search:
      "start, reach of the blocks and least context by hand; then four trainings of I-JEPA on 54 000 images, judged with 540 and 5 400 " +
      "labels by logistic regression and 20-NN. Batch 64, one pass, a slow teacher: 68.3 and 78.3, 60.3 and 71.4 %; a teacher five times " +
      "as fast: 70.2 and 77.8, 61.0 and 71.2; that with batch 32: 71.5 and 78.7, 61.6 and 71.8; that over three images of five, which was " +
      "chosen: 70.6 and 77.8, 61.2 and 70.8. Untrained: 66.4 and 75.6, 45.4 and 57.3; raw pixels: 79.0 and 83.2, 72.2 and 79.8",
  },
  settings: {
    data: fashionMnist,
    // More than five context patches, and blocks that reach every edge, or evaluation would see the edges first.
    masking: { minKeep: 5, positionRange: "inclusive" },
    model: {
      imageSize: 28,
      channels: 1,
      patchSize: 4,
      embedDim: 64,
      depth: 3,
      numHeads: 2,
      predictorDepth: 1,
      predictorEmbedDim: 32,
      predictorNumHeads: 2,
      // With `constant`, 95 % of what the teacher says about a patch is its position.
      initSpread: "fan-in",
    },
    objective: lowWeights,
    optimizer: {
      epochs: 0.6,
      batchSize: 32,
      warmupEpochs: 0.12,
      ...wholeCosine,
      emaMomentum: 0.99,
    },
    // One compiled shape on a 7×7 grid.
    train: { contextBucket: 16 },
    // Regressions on raw pixels with more labels would take longer than both trainings.
    evaluate: { protocol: ["logreg", "knn"], fractions: [0.01], subsets: 3 },
  },
  study: {
    seeds: [0, 1, 2, 3],
    // A third of the images, seen twice: features of all 60 000 would take longer than the training.
    settings: {
      data: { trainLimit: 20_000 },
      optimizer: { epochs: 2, warmupEpochs: 0.4 },
      evaluate: { protocol: "logreg", fractions: [1], subsets: 3 },
    },
    trainingSeconds: 55,
    time: "38 minutes, two at once (55 processor seconds a training)",
    memory: "2 GB",
    machine: "2 cores, no GPU",
    command: "npm run study -- all --preset demo --jobs 2",
  },
} satisfies Preset;
