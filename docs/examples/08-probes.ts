import * as njepa from "njepa";

await njepa.ready();
const run = njepa.parseRun({ preset: "smoke" });
const data = await njepa.openDataset({ ...run.data, trainLimit: 200 });
const state = njepa.createTrainState(run);

// #region probe, ProbeOptions, ProbeResult, ProbeProtocol
// A vote of the nearest neighbors, with half of the labels: five draws of them.
const results = await njepa.probe(state, data, {
  protocol: "knn",
  fractions: [0.5],
  subsets: 5,
  encoder: ["student", "raw-pixels"],
});
console.log(results.map(({ features, labels }) => `${features}: ${labels}`)); // → [ 'student: 100', 'raw pixels: 100' ]
// #endregion

// #region withBaselines
// Raw pixels and the untrained encoder beside what was asked for.
console.log(njepa.withBaselines({ encoder: ["student"], protocol: ["knn"] })); // → [ 'student', 'untrained', 'raw-pixels' ]
// #endregion

// #region probeRows, ProbeRow
console.log(njepa.probeRows(results).length); // → 2
// #endregion

// #region probePairs, ProbePair
// Differences on the same draws of labels.
console.log(njepa.probePairs(results).length); // → 1
// #endregion

// #region pairedDifference, PairedDifference
const [student, pixels] = results as [njepa.ProbeResult, njepa.ProbeResult];
console.log(njepa.pairedDifference(pixels, student).differences.length); // → 5
// #endregion

// #region probeTables
console.log(njepa.probeTables(results).length > 1); // → true
// #endregion

// #region extractFeatures, FeatureOptions, Features, featuresFolder
// One row for each image; kept in a folder if `featuresFolder` is given.
const test = await njepa.extractFeatures(state, data, "test", { encoder: "student" });
console.log(test.count, test.width, njepa.featuresFolder().length > 0); // → 10000 32 true
// #endregion

// #region rawPixels
const raw = await njepa.rawPixels(data, "train");
console.log(raw.count, raw.width); // → 200 784
// #endregion

// #region probeFeatures, ProbeFeaturesOptions, FeaturePair, FeatureSource
// Features from anywhere, probed as ours are.
const pair = { train: raw, test: await njepa.rawPixels(data, "test") };
const source = { encoder: "raw-pixels", layers: null, blocks: 0, images: "whole images" } as const;
const [own] = await njepa.probeFeatures(pair, { protocol: "knn", fractions: [1] }, { classes: 10, source });
console.log(own?.labels); // → 200
// #endregion

// #region describeFeatures, FeatureDescription
console.log(njepa.describeFeatures(raw).rankMe > 1); // → true
// #endregion

// #region describeEncoders, DescriptionRow, descriptionTable
const rows = await njepa.describeEncoders(state, data, { encoder: "student", layers: "last" });
console.log(rows.length, njepa.descriptionTable(rows).toText().includes("student")); // → 1 true
// #endregion

// #region viewLidar
// How many directions tell images from views of them.
console.log((await njepa.viewLidar(state, data, { images: 32, views: 4 })) >= 1); // → true
// #endregion

// #region probeLayers, LayerProbe, layerFigure
// Every part of the encoder from one pass: the patches, then each block's attention and MLP.
const layers = await njepa.probeLayers(state, data, { protocol: "knn", fractions: [1] });
console.log(layers.map(({ part }) => part).slice(0, 3)); // → [ 'patches', 'block 1, attention', 'block 1' ]
console.log(typeof njepa.layerFigure(layers).toText()); // → string
// #endregion
