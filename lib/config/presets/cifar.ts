import type { Preset } from "./preset";
import { lowWeights, slowTeacher } from "./shared-settings";

export const cifar = {
  purpose: "CIFAR-10 on one core: features better than raw pixels and the untrained encoder with few labels",
  time: "reckoned: 20 minutes with I-JEPA, 27 with N-JEPA, from ten epochs that took 25 and 33 of processor time",
  machine: "one core, no GPU",
  command: "npm run train -- --preset cifar --out DIR",
  chosen: {
    split: "development",
    seeds: [0],
    search:
      "`small`'s start, schedules and reach of the blocks; batch 64 in place of 128 and a least context of nine patches by " +
      "hand. One training of I-JEPA on 45 000 images, looked at after 4.5 of 6 epochs: with 450 and 4 500 labels 29.6 and " +
      "36.9 % by 20-NN (untrained 21.9, 27.4; raw pixels 22.7, 28.5), 35.5 and 45.8 % by logistic regression (untrained " +
      "29.0, 40.9), RankMe 34 of 96 and rising, 48 % of the targets' variance position. Eight epochs because that one was still gaining; they were not run. A first trial of ten epochs at " +
      "batch 128, scored on test images, was 11 points above both by 20-NN",
  },
  settings: {
    data: { name: "cifar-10" },
    // The least block has nine patches: contexts are at least as large.
    masking: { minKeep: 8, positionRange: "inclusive" },
    model: {
      imageSize: 32,
      channels: 3,
      patchSize: 4,
      embedDim: 96,
      depth: 4,
      numHeads: 3,
      predictorDepth: 2,
      predictorEmbedDim: 48,
      predictorNumHeads: 3,
      initSpread: "fan-in",
    },
    objective: lowWeights,
    optimizer: {
      epochs: 8,
      batchSize: 64,
      warmupEpochs: 1.6,
      learningRateSchedule: "cosine",
      ipeScale: 1,
      ...slowTeacher,
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
