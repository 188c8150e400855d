import { beforeEach, describe, expect, it } from "vitest";
import type { StudyInput } from "../../lib/config";
import {
  collectResults,
  exportStudy,
  type Job,
  openStore,
  openStudy,
  type RunStore,
  studyFigure,
  studyTables,
  tableRows,
} from "../../lib/study";
import { temporaryFolder } from "../temporary-folder";
import { sampleResult } from "./sample-result";
import { smallStudy } from "./small-study";

const data = { name: "fake", fingerprint: "f".repeat(64) };
let folder: string;
let store: RunStore;

beforeEach(() => {
  folder = temporaryFolder();
  store = openStore(folder);
});

/** Results with these accuracies, seed by seed; undefined: no result. */
async function measured(iJepa: (number | undefined)[], nJepa: (number | undefined)[]) {
  const seeds = iJepa.map((_, seed) => seed);
  const study = openStudy(smallStudy(), { preset: "smoke", seeds });
  for (const { row, seed, job } of study.cells) {
    const share = (row.name === "I-JEPA" ? iJepa : nJepa)[seed];
    const own = study.jobs[job];
    if (share !== undefined && own) await store.write(sampleResult(own, data.fingerprint, [share]));
  }
  return collectResults(
    study,
    store,
    study.jobs.map(() => data),
  );
}

describe("a study's table", () => {
  it("has means and spreads over seeds, gains seed by seed, and what is missing", async () => {
    const results = await measured([0.5, 0.51, 0.52], [0.52, 0.54, undefined]);
    const [first, second] = tableRows(results);
    expect(first).toMatchObject({ n: 3, seeds: "0, 1, 2", gain: null, paper: null, missing: null });
    expect(first?.mean).toBeCloseTo(51, 10);
    expect(first?.std).toBeCloseTo(1, 10);
    expect(second).toMatchObject({ n: 2, missing: "seed 2: not computed yet" });
    expect(second?.gain).toBeCloseTo(2.5, 10);
    expect(second?.gain95).toBeCloseTo((12.706 * Math.sqrt(0.5)) / Math.sqrt(2), 3);
    expect(studyTables.results(results).toText()).toContain("51.0 ± 1.0");
    expect((await studyFigure(results).toMimeBundle())["image/svg+xml"]).not.toContain("not computed yet");
    const half = await measured([0.5, 0.51], [undefined, undefined]);
    const lacking = {
      ...half,
      cells: half.cells.map((one) => (one.row === "N-JEPA" ? { ...one, seeds: [], summary: null } : one)),
    };
    expect((await studyFigure(lacking).toMimeBundle())["image/svg+xml"]).toContain("not computed yet");
  });

  it("names in its commands the threads that its trainings have, and quotes what a shell would read in a row's name", async () => {
    const [first, ...others] = smallStudy().rows;
    const rows = [{ ...first, name: "I-JEPA `at` $1" }, ...others];
    const study = openStudy({ ...smallStudy(), rows, claims: [] }, { preset: "smoke", seeds: [0], threads: 2 });
    const [job] = study.jobs as [Job];
    await store.write(sampleResult(job, data.fingerprint, [0.5]));
    const results = await collectResults(
      study,
      store,
      study.jobs.map(() => data),
    );
    expect(JSON.parse(exportStudy(results, "json")).runs[0].command).toContain(
      'verify small-study --preset smoke --threads 2 --row "I-JEPA \\`at\\` \\$1" --column "top-1" --seeds 0',
    );
  });

  it("has one row less another by hand, and raw pixels, which have no seed, less every seed", async () => {
    const [first] = smallStudy().rows;
    const rows = [{ name: "raw pixels", source: "raw-pixels" as const }, first as StudyInput["rows"][number]];
    const study = openStudy({ ...smallStudy(), rows, claims: [] }, { preset: "smoke", seeds: [0, 1, 2] });
    for (const { row, seed, job } of study.cells) {
      const share = row.source === "raw-pixels" ? 0.4 : ([0.5, 0.51, 0.52][seed] as number);
      await store.write(sampleResult(study.jobs[job] as Job, data.fingerprint, [share]));
    }
    const datasets = study.jobs.map(() => data);
    const results = await collectResults(study, store, datasets);
    const sides = { above: "I-JEPA", below: "raw pixels" };
    // 10, 11 and 12 points: 11 ± 4.303 / √3.
    const text = studyTables.differences(results, sides, { above: "raw pixels", below: "I-JEPA" }).toText();
    expect(text).toContain("+11.0 (+8.5 to +13.5)");
    expect(text).toContain("−11.0 (−13.5 to −8.5)");
    const lines = studyTables.pairs(results, sides).toText().split("\n");
    for (const [seed, gain] of ["10.0", "11.0", "12.0"].entries())
      expect(lines.some((line) => new RegExp(`\\b${seed} +${gain}`).test(line))).toBe(true);
  });

  it("says that it is of development images where they are scored", async () => {
    const caption = async (developmentShare: number | undefined) => {
      const settings = { ...smallStudy().settings, data: { trainLimit: 256, developmentShare } };
      const study = openStudy({ ...smallStudy(), settings, claims: [] }, { preset: "smoke", seeds: [0] });
      const datasets = study.jobs.map(() => data);
      return studyTables.results(await collectResults(study, store, datasets)).toText();
    };
    expect(await caption(0.5)).toContain("accuracy on development images, mean");
    expect(await caption(undefined)).toContain("test accuracy, mean");
  });

  it("is drawn and exported before anything was computed", async () => {
    const results = await measured([undefined, undefined], [undefined, undefined]);
    expect(studyTables.results(results).toText()).toContain("seeds 0, 1: not computed yet");
    expect(await studyFigure(results).toMimeBundle()).toHaveProperty("text/plain");
    expect(exportStudy(results, "markdown")).toContain("| I-JEPA | not measured | — | no such row | 0 of 2 |");
    expect(exportStudy(results, "latex")).toContain("I-JEPA & not measured & -- & no such row & 0 of 2 &");
    expect(exportStudy(results, "csv")).toContain('I-JEPA,top-1,,,,0,,,,,,,,,"seeds 0, 1: not computed yet"');
  });
});

describe("exportStudy", () => {
  it("writes CSV that quotes, JSON that reads back, LaTeX that compiles and a Markdown table", async () => {
    const results = await measured([0.5, 0.52], [0.52, 0.56]);
    const csv = exportStudy(results, "csv").split("\r\n");
    expect(csv[0]?.startsWith("row,column,mean,std")).toBe(true);
    expect(csv[1]).toContain('"0, 1"');
    const json = JSON.parse(exportStudy(results, "json"));
    expect(json.rows[0].mean).toBe(51);
    expect(json.claims[0].verdict).toBe("not judged");
    const latex = exportStudy(results, "latex");
    expect(latex).toContain("I-JEPA & 51.0 $\\pm$ 1.4 & -- & no such row & 0, 1 \\\\");
    expect(exportStudy(results, "markdown")).toContain("| N-JEPA | 54.0 ± 2.8 | 3.0 ± 12.7 | no such row | 0, 1 |");
  });

  it("writes Hugging Face's eval-results, an entry for each measured mean", async () => {
    expect(exportStudy(await measured([0.5, undefined], [undefined, undefined]), "eval-results")).toContain(
      'notes: "I-JEPA, top-1: top-1 in percent, training seeds 0 (seed 1: not computed yet); ',
    );
    const entries = exportStudy(await measured([0.5, 0.52], [undefined, undefined]), "eval-results");
    expect(entries.match(/^- dataset:$/gm)).toHaveLength(1);
    expect(entries).toContain(
      '    id: "zalando-datasets/fashion_mnist"\n    task_id: image_classification\n  value: 51.00\n',
    );
    expect(entries).toContain('notes: "I-JEPA, top-1: top-1 in percent ± 12.71 (95 %), training seeds 0, 1; ');
  });
});
