import * as njepa from "njepa";

await njepa.ready();
const run = njepa.parseRun({ preset: "smoke" });

// #region sampleMasks, MaskDraw, PatchMasks
// Context and target patches of 2 images in the first step, as indices into the grid.
const masks = njepa.sampleMasks(
  { height: 14, width: 14 },
  { images: 2, seed: 0, step: 1 },
  njepa.parseRun({ preset: "paper-100", objective: { lambdaNT: 0.1, lambdaCN: 0.1 } }).masking,
);
console.log(masks.blocks, masks.targetPatches, masks.targets.length === 2 * 4 * masks.targetPatches); // → 4 35 true
// #endregion

// #region targetSizes
// The sizes that a target block can have, and how often each is drawn.
const sizes = njepa.targetSizes({ height: 7, width: 7 }, run.masking);
console.log(sizes.reduce((sum, { probability }) => sum + probability, 0).toFixed(3)); // → 1.000
// #endregion

// #region noiseLevels
// Quantiles of the noise level; the median of EDM's is exp(−1.2).
console.log(njepa.noiseLevels(run.noise).median?.toFixed(3)); // → 0.301
// #endregion

// #region noisePresets
console.log(Object.keys(njepa.noisePresets)); // → [ 'edm', 'edm-single', 'alg1', 'alg1-single', 'none' ]
// #endregion

// #region drawNoise, NoiseShape
// One draw for the positions of 2 blocks of 3 images: [L·B, tokens, width].
const noise = njepa.drawNoise(
  njepa.tf.tensor1d([1, 2], "int32"),
  { images: 3, blocks: 2, tokens: 5, width: 16 },
  run.noise,
);
console.log(noise?.shape); // → [ 6, 5, 16 ]
// #endregion
