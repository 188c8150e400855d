import * as njepa from "njepa";

// #region parseRun, Run, RunInput, PresetName
const run = njepa.parseRun({ preset: "smoke", noise: { level: "multi" }, optimizer: { epochs: 2 } });
console.log(run.model.embedDim, run.optimizer.epochs, run.noise.pMean); // → 32 2 -1.2
// #endregion

// #region presets
console.log(Object.keys(njepa.presets)[0], njepa.presets.smoke.purpose); // → smoke every part runs; learns nothing
// #endregion

// #region studyPresets, StudyPresetName
console.log(njepa.studyPresets.includes("demo")); // → true
// #endregion

// #region listSettings, Setting
const [setting] = njepa.listSettings("model.patchSize");
console.log(setting?.name, setting?.default, setting?.unit); // → model.patchSize preset pixels
// #endregion

// #region layOver
// Objects key by key; lists and null replace.
console.log(njepa.layOver({ noise: { level: "multi", pMean: -1 } }, { noise: { level: "none" } })); // → { noise: { level: 'none', pMean: -1 } }
// #endregion

// #region runKey
// Runs of the same numbers have the same key, whatever they are probed with.
const key = njepa.runKey(njepa.parseRun({ preset: "smoke" }), "data");
console.log(key === njepa.runKey(njepa.parseRun({ preset: "smoke", evaluate: { protocol: "knn" } }), "data")); // → true
console.log(key === njepa.runKey(njepa.parseRun({ preset: "smoke", seed: 1 }), "data")); // → false
// #endregion

// #region probeProtocols
console.log(njepa.probeProtocols.includes("logreg")); // → true
// #endregion

// #region rng, Rng
// Two purposes share no draw, and a purpose draws the same each time.
const masks = njepa.rng(0).fold("masks");
console.log(masks.uniform() === njepa.rng(0).fold("masks").uniform()); // → true
console.log(njepa.rng(0).fold("order").permutation(5).length); // → 5
// #endregion

// #region EvaluateInput
const probing: njepa.EvaluateInput = { protocol: ["logreg", "knn"], fractions: [0.01, 1], layers: "last4" };
console.log(njepa.parseRun({ preset: "smoke", evaluate: probing }).evaluate.layers); // → [ 'last4' ]
// #endregion
