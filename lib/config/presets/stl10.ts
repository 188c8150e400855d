import type { Preset } from "./preset";
import { lowWeights, unmeasuredStudy, vitSmall16, wholeCosine } from "./shared-settings";

export const stl10 = {
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
    // The smallest block on a 6×6 grid has four patches.
    masking: { minKeep: 3, positionRange: "inclusive" },
    model: {
      imageSize: 96,
      ...vitSmall16,
    },
    objective: lowWeights,
    optimizer: {
      epochs: 100,
      batchSize: 256,
      warmupEpochs: 15,
      ...wholeCosine,
    },
    evaluate: { protocol: "logreg" },
  },
  study: {
    ...unmeasuredStudy,
    machine: "a cluster of GPUs",
    command: "npm run study -- all --preset stl10 --executor slurm --gres gpu:1",
  },
} satisfies Preset;
