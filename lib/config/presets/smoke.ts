import type { Preset } from "./preset";
import { fashionMnist, lowWeights, sevenBySeven } from "./shared-settings";

export const smoke = {
  purpose: "every part runs; learns nothing",
  time: "seconds",
  machine: "2 cores",
  command: "npm run train -- --preset smoke --out DIR",
  chosen: { split: "none", seeds: [], search: "nothing: the least that runs every part" },
  settings: {
    data: { ...fashionMnist, trainLimit: 256 },
    masking: sevenBySeven,
    model: {
      imageSize: 28,
      channels: 1,
      patchSize: 4,
      embedDim: 32,
      depth: 2,
      numHeads: 2,
      predictorDepth: 1,
      predictorEmbedDim: 16,
      predictorNumHeads: 2,
    },
    objective: lowWeights,
    optimizer: { epochs: 1, batchSize: 32, warmupEpochs: 0.4 },
    train: { maxSteps: 8, compiler: "graph" },
    // 1 % of 256 labels would leave one per class, and none to choose a penalty on.
    evaluate: { fractions: [0.1, 0.5, 1], subsets: 2, epochs: 5, batchSize: 64, protocol: "logreg" },
  },
  study: {
    seeds: [0, 1],
    settings: { evaluate: { fractions: [1], subsets: 2, penalties: [1] } },
    notJudged: "preset smoke takes eight steps: it tests the machinery, and its numbers say nothing about the methods",
    trainingSeconds: 6,
    time: "3 minutes",
    memory: "1 GB",
    machine: "2 cores, no GPU",
    command: "npm run study -- all --preset smoke",
  },
} satisfies Preset;
