import type { Preset, PresetChoice } from "./preset";
import { imagenet, unmeasuredStudy, vitBase16 } from "./shared-settings";

const asStated: PresetChoice = {
  split: "none",
  seeds: [],
  search: "nothing: what the paper states, and I-JEPA's where it is silent",
};

const vitOnImagenet = {
  data: imagenet,
  model: vitBase16,
  train: { targetBucket: 1 },
  // The paper probes as DINO does: a linear layer over features of new random crops every epoch. Low-shot
  // labels are SimCLR's lists where given, by `evaluate.labelLists`.
  evaluate: { protocol: "linear-augmented" as const },
};

/** The paper presets leave λ1 and λ2 for the user to set: the paper's values are lost. */
export const paper100 = {
  purpose: "the paper's 100-epoch ablations: ViT-B/16 on ImageNet-1k",
  time: "not measured",
  machine: "paper: 8 RTX 3090",
  command: "npm run train -- --preset paper-100 --set objective.lambdaNT=… --set objective.lambdaCN=… --out DIR",
  chosen: asStated,
  settings: {
    ...vitOnImagenet,
    optimizer: { epochs: 100, batchSize: 128, warmupEpochs: 40 },
  },
  study: {
    ...unmeasuredStudy,
    machine: "a cluster of GPUs; the paper: 8 RTX 3090",
    command: "npm run study -- all --preset paper-100 --executor slurm --gres gpu:1",
  },
} satisfies Preset;

export const paper600 = {
  purpose: "the paper's 600-epoch result: ViT-B/16 on ImageNet-1k",
  time: "not measured",
  machine: "paper: 8 V100",
  command: "npm run train -- --preset paper-600 --set objective.lambdaNT=… --set objective.lambdaCN=… --out DIR",
  chosen: asStated,
  settings: {
    ...vitOnImagenet,
    optimizer: { epochs: 600, batchSize: 1024, warmupEpochs: 40 },
  },
  study: {
    ...unmeasuredStudy,
    machine: "a cluster of GPUs; the paper: 8 V100",
    command: "npm run study -- table-4-linear-evaluation --preset paper-600 --executor slurm --gres gpu:1",
  },
} satisfies Preset;
