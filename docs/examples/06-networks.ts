import * as njepa from "njepa";

await njepa.ready();
const { tf } = njepa;
const run = njepa.parseRun({ preset: "smoke" });
const state = njepa.createTrainState(run);

// #region parameterShapes
const shapes = njepa.parameterShapes(run.model);
console.log(shapes["encoder.patch_embed.proj.weight"]); // → [ 32, 1, 4, 4 ]
// #endregion

// #region countParameters
console.log(njepa.countParameters(shapes, "encoder.")); // → 26016
// #endregion

// #region patchGrid
console.log(njepa.patchGrid(run.model)); // → { height: 7, width: 7 }
// #endregion

// #region positionEmbedding
// The first patch: sines of 0, cosines of 0, for the column and for the row.
console.log(Array.from(njepa.positionEmbedding({ height: 7, width: 7 }, 8).slice(0, 8))); // → [ 0, 0, 1, 1, 0, 0, 1, 1 ]
// #endregion

// #region encode, Encoder, EncoderInputs, Parameters
// The teacher's latents of every patch of two black images.
const latents = njepa.encode(state.parameters(), "teacher", { images: tf.zeros([2, 28, 28, 1]) }, run.model);
console.log(latents.shape); // → [ 2, 49, 32 ]
// #endregion

// #region predict, PredictorInputs, predictorNames
// What the clean predictor guesses at patches 40 and 41, having seen the latents of 0, 1 and 2.
const context = njepa.encode(
  state.parameters(),
  "student",
  { images: tf.zeros([1, 28, 28, 1]), patches: tf.tensor2d([[0, 1, 2]], [1, 3], "int32") },
  run.model,
);
const guess = njepa.predict(
  state.parameters(),
  njepa.predictorNames("c", run.model),
  {
    context,
    contextIndices: tf.tensor2d([[0, 1, 2]], [1, 3], "int32"),
    targetIndices: tf.tensor2d([[40, 41]], [1, 2], "int32"),
  },
  run.model,
);
console.log(guess.shape); // → [ 1, 2, 32 ]
// #endregion
