import type { Preset } from "./preset";
import { fashionMnist, lowWeights, wholeCosine } from "./shared-settings";

export const demo = {
  purpose: "the notebook's first training on real images",
  time: "2 minutes of processor time, with I-JEPA, on a busy machine",
  machine: "2 cores, no GPU",
  command: "npm run train -- --preset demo --out DIR",
  chosen: {
    split: "development",
    seeds: [100],
    search:
      "start, reach of the blocks, least context and the paper's rate in place of a fifth of it, one training of I-JEPA on 54 000 " +
      "images: with 540 and 5 400 labels 68.3 and 78.3 % by logistic regression (untrained 66.4, 75.6; raw pixels 79.0, " +
      "83.2), 60.3 and 71.4 % by 20-NN (45.4, 57.3; 72.2, 79.8); 49 % of the targets' variance is position where it was " +
      "95, RankMe 20 of 64 where it was 4 to 7",
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
      epochs: 1,
      batchSize: 64,
      warmupEpochs: 0.2,
      ...wholeCosine,
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
