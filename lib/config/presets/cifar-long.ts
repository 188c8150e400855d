import { cifar } from "./cifar";
import type { Preset } from "./preset";

/** `cifar` for twice as long: the most that twenty minutes of one core have room for. */
export const cifarLong = {
  purpose: "CIFAR-10 for twice as long: ten points above raw pixels and the untrained encoder by 20-NN with few labels",
  time: "18 minutes with I-JEPA; reckoned: 24 with N-JEPA",
  machine: "one core with AVX-512, no GPU",
  command: "npm run train -- --preset cifar-long --set objective.method=i-jepa --out DIR",
  chosen: {
    split: "development",
    seeds: [0],
    search:
      "`cifar` longer, or with whole contexts in place of contexts cut to the batch's shortest: one training of I-JEPA each on 45 000 images. " +
      "Four epochs with whole contexts, 12 minutes: 20-NN on four blocks 33.4 % with 450 labels and 41.3 with 4 500, logistic regression 37.6 and " +
      "51.0, on one block 36.6 and 47.0. Eight epochs, 16 minutes, which were chosen: 20-NN 34.0 and 42.0, logistic regression 36.6 and 51.6, on one " +
      "block 37.2 and 49.0. Raw pixels: 22.7 and 28.6, 28.5 and 37.8; untrained, on four blocks: 21.9 and 27.3, 29.2 and 44.9. With 450 labels " +
      "logistic regression chooses its penalty on 90 of them, by which it loses what it gains at 10 %",
  },
  settings: {
    ...cifar.settings,
    optimizer: { ...cifar.settings.optimizer, epochs: 8, warmupEpochs: 1.6 },
  },
  study: {
    ...cifar.study,
    seeds: [1, 2, 3],
    trainingSeconds: 1320,
    time: "reckoned: 19 trainings a seed, 22 minutes of one core each, 3 hours for three seeds at eight at once",
    command: "npm run study -- learned --preset cifar-long --jobs 8",
  },
} satisfies Preset;
