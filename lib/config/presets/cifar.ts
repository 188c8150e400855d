import type { Preset } from "./preset";
import { lowWeights, smallVit, wholeCosine } from "./shared-settings";

export const cifar = {
  purpose: "CIFAR-10 on one core: features better than raw pixels and the untrained encoder with few labels",
  time: "25 minutes of processor time with I-JEPA on a busy machine; reckoned: 33 with N-JEPA",
  machine: "one core, no GPU",
  command: "npm run train -- --preset cifar --out DIR",
  chosen: {
    split: "development",
    seeds: [0],
    search:
      "`small`'s start, schedules and reach of the blocks; batch 64 in place of 128 and a least context of nine patches by " +
      "hand; eight epochs because one of six was still gaining. One training of I-JEPA on 45 000 images, 25 minutes of processor time: " +
      "with 450, 4 500 and 45 000 labels 32.3, 39.6 and 45.4 % by 20-NN (untrained 22.0, 27.5, 32.2; raw pixels 22.8, 28.3, " +
      "36.6), with 450 and 4 500 labels 36.5 and 47.5 % by logistic regression (untrained 28.1, 40.5); RankMe 40 of 96 (untrained 20)",
  },
  settings: {
    data: { name: "cifar-10" },
    // The smallest block has nine patches; contexts are at least as large.
    masking: { minKeep: 8, positionRange: "inclusive" },
    model: {
      imageSize: 32,
      channels: 3,
      ...smallVit,
    },
    objective: lowWeights,
    optimizer: {
      epochs: 8,
      batchSize: 64,
      warmupEpochs: 1.6,
      ...wholeCosine,
    },
    evaluate: { protocol: ["logreg", "knn"], fractions: [0.01, 0.1] },
  },
  study: {
    seeds: [1, 2, 3, 4, 5, 6],
    settings: { evaluate: { protocol: "logreg", fractions: [1] } },
    trainingSeconds: 1800,
    time: "reckoned: 19 trainings a seed, half an hour of one core each, 7 hours for six seeds at eight at once",
    memory: "1.4 GB a job",
    machine: "8 cores, no GPU",
    command: "npm run study -- all --preset cifar --jobs 8",
  },
} satisfies Preset;
