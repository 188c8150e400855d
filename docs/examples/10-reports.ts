import { mkdtemp, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import * as njepa from "njepa";

const rows = [
  { method: "I-JEPA", accuracy: 61.25 },
  { method: "N-JEPA", accuracy: 62.5 },
];

// #region table, TableOptions, Cell, Displayable
const accuracies = njepa.table(rows, {
  id: "accuracies",
  caption: "Made up",
  columns: { method: {}, accuracy: { unit: "%", digits: 1 } },
});
console.log(accuracies.toText().includes("62.5")); // → true
// #endregion

// #region show
// In a notebook it is drawn; elsewhere it is printed.
await njepa.show(accuracies); // → …
// #endregion

// #region exportTable
console.log(njepa.exportTable(rows, { id: "accuracies", caption: "Made up" }, "csv").split(/\r?\n/)[0]); // → method,accuracy
// #endregion

// #region figure, FigureSpec
// A figure is a Vega-Lite specification with an id and a caption.
const bars = njepa.figure(
  {
    data: { values: rows },
    mark: "bar",
    encoding: { x: { field: "method" }, y: { field: "accuracy", type: "quantitative" } },
  },
  { id: "bars", caption: "Made up" },
);
console.log(Object.keys(await bars.toMimeBundle()).length > 0); // → true
// #endregion

// #region arquero
const aq = await njepa.arquero();
console.log(aq.from(rows).orderby(aq.desc("accuracy")).get("method", 0)); // → N-JEPA
// #endregion

// #region images
const gray = { pixels: new Uint8Array(16), count: 1, height: 4, width: 4, channels: 1 };
console.log(typeof njepa.images(gray, { id: "black", caption: "A black image" }).toText()); // → string
// #endregion

// #region maskFigure, maskTable
const run = njepa.parseRun({ preset: "smoke" });
const grid = njepa.patchGrid(run.model);
const masks = njepa.sampleMasks(grid, { images: 1, seed: 0, step: 1 }, run.masking);
const image = { pixels: new Uint8Array(784), count: 1, height: 28, width: 28, channels: 1 };
const labels = { id: "masks", caption: "What is hidden" };
console.log(typeof njepa.maskFigure({ images: image, masks, patchSize: 4 }, labels).toText()); // → string
console.log(njepa.maskTable({ masks, grid }, labels).toText().includes("context")); // → true
// #endregion

// #region provenance
console.log(
  njepa
    .provenance({ seeds: [0, 1] })
    .toText()
    .includes("0, 1"),
); // → true
// #endregion

// #region liveDisplay
const place = njepa.liveDisplay();
console.log(typeof place); // → object
// #endregion

// #region liveLine
// One line of a cell's output that is written over: for `onProgress`.
const line = njepa.liveLine();
console.log(typeof line); // → function
// #endregion

// #region clearOutput
njepa.clearOutput({ wait: true });
// #endregion

// #region watch, WatchOptions
// Draws the losses of a training as they come, and gives its records.
async function* made() {
  for (let step = 1; step <= 3; step++)
    yield { step, steps: 3, loss: 1 / step, imagesPerSecond: 100, secondsLeft: 3 - step };
}
console.log((await njepa.watch(made(), { title: "made up" })).length); // → …
// #endregion

// #region session, SessionReport, CellRecord
// Time and memory of each cell of a notebook.
console.log(typeof njepa.session); // → function
// #endregion

// #region runReports, ReportOptions, ReportsRun, reportsTable
const folder = await mkdtemp(join(tmpdir(), "njepa-example-"));
const cells = [{ cell_type: "code", metadata: {}, source: "6 * 7", outputs: [], execution_count: null }];
const kernel = { name: "njepa", display_name: "N-JEPA (TypeScript)", language: "typescript" };
await writeFile(
  join(folder, "a.ipynb"),
  JSON.stringify({ cells, metadata: { kernelspec: kernel }, nbformat: 4, nbformat_minor: 4 }),
);
const ran = await njepa.runReports({ folder, out: join(folder, "pages") });
console.log(ran.ok, njepa.reportsTable(ran).toText().includes("ok")); // → true true
// #endregion

// #region compareReports
const { same } = await njepa.compareReports(join(folder, "pages"), join(folder, "pages"));
console.log(same); // → true
// #endregion
