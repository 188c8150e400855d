import type { Preset } from "./preset";
import { lowWeights, wholeCosine } from "./shared-settings";

export const photographs = {
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
      ...wholeCosine,
    },
    evaluate: { protocol: "logreg" },
  },
} satisfies Preset;
