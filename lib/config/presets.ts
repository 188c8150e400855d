import type { RunSettings } from "./run";

/** A named starting point: what it is for, what it costs where, how it is started, and its settings. */
export interface Preset {
  purpose: string;
  /** Expected time of one training on `machine`; "not measured" where nobody has run it. */
  time: string;
  machine: string;
  command: string;
  /** How the settings came to be, so that nobody takes what they were chosen on for a test. */
  chosen: PresetChoice;
  settings: RunSettings;
  /** How the tables are regenerated with it; absent where the data are a person's own, which a study does not take. */
  study?: StudyPreset;
}

/** The search for a preset's settings. */
export interface PresetChoice {
  /**
   * Images that candidates were scored on: a `development` split of the training images, the `test` images, or `none`, where
   * nothing was scored.
   */
  split: "development" | "test" | "none";
  /** Training seeds of the candidates; a study takes others. */
  seeds: number[];
  /** What was tried, and what decided. */
  search: string;
}

/** The scale of a table: its training seeds, and what differs from a single training of the preset. */
export interface StudyPreset {
  /** Training seeds; each is a cell of its own, and the unit over which a table's intervals are taken. */
  seeds: number[];
  settings: RunSettings;
  /** Why nothing is concluded at this scale; left out where claims are judged. */
  notJudged?: string;
  /** Processor seconds of one training with its evaluations; null where nobody has run it. */
  trainingSeconds: number | null;
  /** Of all tables together, on `machine`; "not measured" where nobody has run it. */
  time: string;
  memory: string;
  machine: string;
  command: string;
}

const fashionMnist = { name: "fashion-mnist" as const };

/** Target blocks of a 7×7 grid have 6 to 12 patches, so that the reference's 10 are too many to ask for. */
const sevenBySeven = { minKeep: 4 };

/** A teacher that follows half as fast as the paper's. */
const slowTeacher = { emaMomentum: 0.998 };

/** Low weights, as the paper finds best; not the paper's values, which are lost. */
const lowWeights = { lambdaNT: 0.1, lambdaCN: 0.1 };

const imagenet = { name: "imagenet-1k" as const };

const vitBase16 = {
  imageSize: 224,
  channels: 3,
  patchSize: 16,
  embedDim: 768,
  depth: 12,
  numHeads: 12,
  predictorDepth: 6,
  predictorEmbedDim: 384,
  predictorNumHeads: 12,
};

/** The paper presets leave λ1 and λ2 to be given: the paper's values are lost. */
export const presets = {
  smoke: {
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
      // 1 % of 256 labels would leave one of each class, and none to choose a penalty on.
      evaluate: { fractions: [0.1, 0.5, 1], subsets: 2, epochs: 5, batchSize: 64, protocol: "logreg" },
    },
    study: {
      seeds: [0, 1],
      settings: { evaluate: { fractions: [1], subsets: 2, penalties: [1] } },
      notJudged:
        "preset smoke takes eight steps: it tests the machinery, and its numbers say nothing about the methods",
      trainingSeconds: 6,
      time: "3 minutes",
      memory: "1 GB",
      machine: "2 cores, no GPU",
      command: "npm run study -- all --preset smoke",
    },
  },
  demo: {
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
      // More than five context patches, and blocks that reach every edge: an evaluation would be the first to see the others.
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
        // With `constant` 95 % of what the teacher says of a patch is where it lies.
        initSpread: "fan-in",
      },
      objective: lowWeights,
      optimizer: {
        epochs: 1,
        batchSize: 64,
        warmupEpochs: 0.2,
        learningRateSchedule: "cosine",
        ipeScale: 1,
        ...slowTeacher,
      },
      // One compiled shape on a 7×7 grid.
      train: { contextBucket: 16 },
      // Fits of 784 pixels on all 60 000 images would take longer than both trainings.
      evaluate: { protocol: ["logreg", "knn"], fractions: [0.01, 0.1] },
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
  },
  small: {
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
      // No block of the reference reaches the last row and column, which are a quarter of a 7×7 grid: an evaluation would be
      // the first to see those positions.
      masking: { ...sevenBySeven, positionRange: "inclusive" },
      model: {
        imageSize: 28,
        channels: 1,
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
      // I-JEPA's cosine, under which features gained to the last epoch, after a warm-up of 20 % of the run (paper: 40 %).
      optimizer: {
        epochs: 10,
        batchSize: 64,
        warmupEpochs: 2,
        learningRateSchedule: "cosine",
        ipeScale: 1,
        ...slowTeacher,
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
  },
  cifar: {
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
  },
  stl10: {
    purpose: "STL-10's unlabelled images, ViT-S/16 at 96×96, 100 epochs: a night of one GPU",
    time: "not measured; reckoned: 105 000 images × 100 epochs at some 5 GFLOP each are 5·10¹⁶, two hours at 8 TFLOP/s",
    machine: "one GPU",
    command: "npm run train -- --preset stl10 --out DIR",
    chosen: {
      split: "none",
      seeds: [],
      search: "nothing: `cifar`'s start, schedules and reach of the blocks at ViT-S/16",
    },
    settings: {
      data: { name: "stl-10" },
      // The least block of a 6×6 grid has four patches.
      masking: { minKeep: 3, positionRange: "inclusive" },
      model: {
        imageSize: 96,
        channels: 3,
        patchSize: 16,
        embedDim: 384,
        depth: 12,
        numHeads: 6,
        predictorDepth: 6,
        predictorEmbedDim: 192,
        predictorNumHeads: 6,
        initSpread: "fan-in",
      },
      objective: lowWeights,
      optimizer: {
        epochs: 100,
        batchSize: 256,
        warmupEpochs: 15,
        learningRateSchedule: "cosine",
        ipeScale: 1,
        ...slowTeacher,
      },
      evaluate: { protocol: "logreg" },
    },
    study: {
      seeds: [0, 1, 2],
      settings: { evaluate: { fractions: [1] } },
      trainingSeconds: null,
      time: "not measured",
      memory: "not measured",
      machine: "a cluster of GPUs",
      command: "npm run study -- all --preset stl10 --executor slurm --gres gpu:1",
    },
  },
  photographs: {
    purpose: "a folder of photographs of your own, cut to 96×96: --set data.path=FOLDER",
    time: "not measured",
    machine: "one GPU",
    command: "npm run train -- --preset photographs --set data.path=FOLDER --out DIR",
    chosen: {
      split: "none",
      seeds: [],
      search: "nothing: `small`'s start, schedules and reach of the blocks, a wider ViT",
    },
    settings: {
      data: { name: "folder" },
      masking: { positionRange: "inclusive" },
      model: {
        imageSize: 96,
        channels: 3,
        patchSize: 8,
        embedDim: 192,
        depth: 6,
        numHeads: 3,
        predictorDepth: 3,
        predictorEmbedDim: 96,
        predictorNumHeads: 3,
        initSpread: "fan-in",
      },
      objective: lowWeights,
      optimizer: {
        epochs: 100,
        batchSize: 64,
        warmupEpochs: 20,
        learningRateSchedule: "cosine",
        ipeScale: 1,
        ...slowTeacher,
      },
      evaluate: { protocol: "logreg" },
    },
  },
  "paper-100": {
    purpose: "the paper's 100-epoch ablations: ViT-B/16 on ImageNet-1k",
    time: "not measured",
    machine: "paper: 8 RTX 3090",
    command: "npm run train -- --preset paper-100 --set objective.lambdaNT=… --set objective.lambdaCN=… --out DIR",
    chosen: { split: "none", seeds: [], search: "nothing: what the paper states, and I-JEPA's where it is silent" },
    settings: {
      data: imagenet,
      model: vitBase16,
      optimizer: { epochs: 100, batchSize: 128, warmupEpochs: 40 },
      train: { targetBucket: 1 },
      // The paper probes as DINO does: a linear layer over features of new random crops in every epoch. Few labels are SimCLR's
      // lists where they are given, by `evaluate.labelLists`.
      evaluate: { protocol: "linear-augmented" },
    },
    study: {
      seeds: [0, 1, 2],
      settings: { evaluate: { fractions: [1] } },
      trainingSeconds: null,
      time: "not measured",
      memory: "not measured",
      machine: "a cluster of GPUs; the paper: 8 RTX 3090",
      command: "npm run study -- all --preset paper-100 --executor slurm --gres gpu:1",
    },
  },
  "paper-600": {
    purpose: "the paper's 600-epoch result: ViT-B/16 on ImageNet-1k",
    time: "not measured",
    machine: "paper: 8 V100",
    command: "npm run train -- --preset paper-600 --set objective.lambdaNT=… --set objective.lambdaCN=… --out DIR",
    chosen: { split: "none", seeds: [], search: "nothing: what the paper states, and I-JEPA's where it is silent" },
    settings: {
      data: imagenet,
      model: vitBase16,
      optimizer: { epochs: 600, batchSize: 1024, warmupEpochs: 40 },
      train: { targetBucket: 1 },
      // The paper probes as DINO does: a linear layer over features of new random crops in every epoch. Few labels are SimCLR's
      // lists where they are given, by `evaluate.labelLists`.
      evaluate: { protocol: "linear-augmented" },
    },
    study: {
      seeds: [0, 1, 2],
      settings: { evaluate: { fractions: [1] } },
      trainingSeconds: null,
      time: "not measured",
      memory: "not measured",
      machine: "a cluster of GPUs; the paper: 8 V100",
      command: "npm run study -- table-4-linear-evaluation --preset paper-600 --executor slurm --gres gpu:1",
    },
  },
} satisfies Record<string, Preset>;

export type PresetName = keyof typeof presets;

/** The presets that studies take. */
export type StudyPresetName = {
  [Name in PresetName]: (typeof presets)[Name] extends { study: StudyPreset } ? Name : never;
}[PresetName];

export const studyPresets = (Object.keys(presets) as PresetName[]).filter(
  (name): name is StudyPresetName => "study" in presets[name],
);
