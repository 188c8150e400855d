import { mkdtemp } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import * as njepa from "njepa";

await njepa.ready();
const store = await mkdtemp(join(tmpdir(), "njepa-example-"));

// #region studies
console.log(Object.keys(njepa.studies)[0]); // → …
// #endregion

// #region openStudy, Study, StudyInput
// A table as data: what is trained, what it is probed with, and what is claimed of it.
const study = njepa.openStudy(
  {
    name: "baselines",
    title: "What costs nothing",
    asks: "How far do raw pixels get?",
    rows: [
      { name: "raw pixels", source: "raw-pixels" },
      { name: "untrained", source: "untrained" },
    ],
    columns: [{ name: "k-NN", fraction: 1, settings: { protocol: "knn" } }],
    claims: [{ says: "pixels win", by: "open", orderings: [{ below: "untrained", above: "raw pixels" }] }],
  },
  { preset: "smoke", seeds: [0] },
);
console.log(study.jobs.length); // → 2
// #endregion

// #region runStudy, runStudies
// Computes what is missing in the store; a stopped study goes on where it was. `runStudies` takes several.
await njepa.runStudy(study, { store });
await njepa.runStudies([study], { store });
// #endregion

// #region studyResults, StudyResults
const results = await njepa.studyResults(study, { store });
console.log(results.cells.every(({ missing }) => missing.length === 0)); // → true
// #endregion

// #region studyNumbers, StudyNumber
console.log(njepa.studyNumbers(results).map(({ row }) => row)); // → [ 'raw pixels', 'untrained' ]
// #endregion

// #region studyTables
console.log(njepa.studyTables.results(results).toText().includes("raw pixels")); // → true
// #endregion

// #region conclude, Conclusion, studyVerdicts
console.log(njepa.conclude(results).sentence.length > 0, typeof njepa.studyVerdicts(results).toText()); // → true string
// #endregion

// #region studyDifferences
const [row, other] = study.config.rows.map(({ name }) => name) as [string, string];
console.log(typeof njepa.studyDifferences(results, { above: row, below: other }).toText()); // → string
// #endregion

// #region studyFigure
console.log(typeof njepa.studyFigure(results).toText()); // → string
// #endregion

// #region studyRecords, StudyRecord
// The records of the trainings; these two rows train nothing.
console.log((await njepa.studyRecords(results)).length); // → 0
// #endregion

// #region studyGradients, StudyGradient
// The gradient of each term of the loss by part of the model, where the trainings' weights are here.
console.log((await njepa.studyGradients(results)).length); // → 0
// #endregion

// #region decidableText
// Which claims so many seeds could ever decide, said before they are trained.
console.log(njepa.decidableText(study).startsWith("baselines: one seed decides nothing")); // → true
// #endregion

// #region compareRows, TrainingValue
// A number of two rows' trainings, seed by seed.
const values = [0, 1, 2].flatMap((seed) => [
  { row: "a", seed, value: seed + 1 },
  { row: "b", seed, value: seed },
]);
console.log(typeof njepa.compareRows(values, "loss", { above: "a", below: "b" })); // → string
// #endregion

// #region exportStudy
console.log(njepa.exportStudy(results, "csv").split("\n").length > 2); // → true
// #endregion
