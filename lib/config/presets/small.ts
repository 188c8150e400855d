import type { Preset } from "./preset";
import { fashionMnist, lowWeights, sevenBySeven, smallVit, wholeCosine } from "./shared-settings";

export const small = {
  purpose: "Fashion-MNIST at a size where features are better than raw pixels with few labels",
  time: "35 minutes",
  machine: "one core, no GPU",
  command: "npm run train -- --preset small --out DIR",
  chosen: {
    split: "test",
    seeds: [0],
    search:
      "width, start, reach of the blocks, batch and warm-up by hand, by 600 labels on Fashion-MNIST's test images, before " +
      "there was a development split: what this preset shows there is no test of it",
  },
  settings: {
    data: fashionMnist,
    // The reference's blocks never reach the last row and column, a quarter of a 7×7 grid: evaluation would be the first
    // to see those positions.
    masking: { ...sevenBySeven, positionRange: "inclusive" },
    model: {
      imageSize: 28,
      channels: 1,
      ...smallVit,
    },
    objective: lowWeights,
    // I-JEPA's cosine, under which features gained to the last epoch; warm-up of 20 % of the run (paper: 40 %).
    optimizer: {
      epochs: 10,
      batchSize: 64,
      warmupEpochs: 2,
      ...wholeCosine,
    },
  },
  study: {
    seeds: [1, 2, 3],
    settings: { evaluate: { fractions: [1] } },
    trainingSeconds: 2280,
    time: "reckoned from one training and its probes, 38 minutes of one core: 57 of them take 5 hours",
    memory: "1.3 GB a job",
    machine: "8 cores, no GPU",
    command: "npm run study -- all --preset small --jobs 8",
  },
} satisfies Preset;
