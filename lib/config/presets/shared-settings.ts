export const fashionMnist = { name: "fashion-mnist" as const };

/** Target blocks of a 7×7 grid have 6 to 12 patches, so the reference's 10 would be too many to require. */
export const sevenBySeven = { minKeep: 4 };

/** A teacher that follows half as fast as the paper's. */
export const slowTeacher = { emaMomentum: 0.998 };

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
