export const fashionMnist = { name: "fashion-mnist" as const };

/** Target blocks of a 7×7 grid have 6 to 12 patches, so the reference's 10 would be too many to require. */
export const sevenBySeven = { minKeep: 4 };

/** I-JEPA's cosine over the whole run, and a teacher that follows half as fast as the paper's. */
export const wholeCosine = { learningRateSchedule: "cosine" as const, ipeScale: 1, emaMomentum: 0.998 };

/** 96 wide, four blocks, two in each predictor: learned within half an hour of one core. */
export const smallVit = {
  patchSize: 4,
  embedDim: 96,
  depth: 4,
  numHeads: 3,
  predictorDepth: 2,
  predictorEmbedDim: 48,
  predictorNumHeads: 3,
  initSpread: "fan-in" as const,
};

/** A study that nobody has run at this scale. */
export const unmeasuredStudy = {
  seeds: [0, 1, 2],
  settings: { evaluate: { fractions: [1] } },
  trainingSeconds: null,
  time: "not measured",
  memory: "not measured",
};

/** Low weights, as the paper finds best; not the paper's values, which are lost. */
export const lowWeights = { lambdaNT: 0.1, lambdaCN: 0.1 };

export const imagenet = { name: "imagenet-1k" as const };

export const vitBase16 = {
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

/** ViT-S/16 on images of three channels; their size is the preset's. */
export const vitSmall16 = {
  channels: 3,
  patchSize: 16,
  embedDim: 384,
  depth: 12,
  numHeads: 6,
  predictorDepth: 6,
  predictorEmbedDim: 192,
  predictorNumHeads: 6,
  initSpread: "fan-in" as const,
};
