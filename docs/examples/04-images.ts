import { mkdtemp } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import * as njepa from "njepa";

await njepa.ready();
const folder = await mkdtemp(join(tmpdir(), "njepa-example-"));

// #region arrayDataset, Dataset, SplitArrays
// Four gray images of 2 × 2 pixels, in memory.
const part = { pixels: Uint8Array.from({ length: 16 }, (_, at) => at), labels: Int32Array.of(0, 1, 0, 1) };
const data = njepa.arrayDataset({
  name: "tiny",
  classNames: ["even", "odd"],
  height: 2,
  width: 2,
  channels: 1,
  train: part,
  test: part,
});
console.log(data.split("train").count); // → 4
// #endregion

// #region Split, ImageBatch
const batch = await data.split("train").read(Int32Array.of(2));
console.log(batch.count, Array.from(batch.pixels), batch.labels[0]); // → 1 [ 8, 9, 10, 11 ] 0
// #endregion

// #region openDataset
const fashion = await njepa.openDataset({ name: "fashion-mnist" });
console.log(fashion.split("test").count, fashion.classNames[9]); // → 10000 Ankle boot
// #endregion

// #region batches
// Whole batches in an order that seed and epoch decide.
for await (const { indices } of njepa.batches(data.split("train"), { batchSize: 2, seed: 0, epoch: 0 }))
  console.log(indices.length); // → 2 …
// #endregion

// #region writeImageFolder
const files = await njepa.writeImageFolder(data, "train", folder);
console.log(files.length); // → 4
// #endregion

// #region inspectDataset, Inspection, inspectionText, DataProblem
const { inspection } = await njepa.inspectDataset(folder);
console.log(inspection.classNames, inspection.problems); // → [ 'even', 'odd' ] []
console.log(njepa.inspectionText(inspection).includes("4 png")); // → true
// #endregion

// #region imageSettings
// A run that fits the images: their size, channels, mean and standard deviation.
console.log(njepa.imageSettings(inspection).preset); // → photographs
// #endregion

// #region labelSubset
const labels = Int32Array.of(0, 0, 1, 1);
console.log(njepa.labelSubset(labels, { fraction: 0.5, seed: 0 }).length); // → 2
// #endregion

// #region holdOut
const { kept, held } = njepa.holdOut(labels, { fraction: 0.5, seed: 0 });
console.log(kept.length, held.length); // → 2 2
// #endregion

// #region writeLabelList, readLabelList
const list = join(folder, "half.txt");
await njepa.writeLabelList(list, fashion.split("train"), Int32Array.of(3, 5), "two images");
console.log(Array.from(await njepa.readLabelList(list, fashion.split("train")))); // → [ 3, 5 ]
// #endregion
