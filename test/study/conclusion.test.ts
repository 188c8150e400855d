import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import {
  collectResults,
  conclude,
  exportStudy,
  openStore,
  openStudy,
  type RunStore,
  studyFigure,
  studyTables,
  tableRows,
} from "../../lib/study";
import { sampleResult } from "./sample-result";
import { smallStudy } from "./small-study";

const data = { name: "fake", fingerprint: "f".repeat(64) };
let folder: string;
let store: RunStore;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "njepa-store-"));
  store = openStore(folder);
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

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

describe("conclude", () => {
  it("sees an ordering whose interval lies above zero, by hand", async () => {
    // Differences 2, 3 and 4 points: mean 3, standard deviation 1, half width 4.303/√3 = 2.48
    const results = await measured([0.5, 0.51, 0.52], [0.52, 0.54, 0.56]);
    const [claim] = conclude(results).claims;
    expect(claim?.verdict).toBe("seen");
    expect(conclude(results).sentence).toBe(
      "The paper's claim that noise helps is seen with preset smoke: N-JEPA − I-JEPA: +3.0 points, 95 % interval +0.5 to " +
        "+5.5, 3 seeds.\nPreset smoke takes eight steps: it tests the machinery, and what it sees says nothing about the methods.",
    );
  });

  it("says that it is contradicted when the interval lies below, and that it cannot be told when it holds zero", async () => {
    expect(conclude(await measured([0.52, 0.54, 0.56], [0.5, 0.51, 0.52])).claims[0]?.verdict).toBe("contradicted");
    rmSync(folder, { recursive: true });
    expect(conclude(await measured([0.5, 0.52, 0.5], [0.52, 0.5, 0.52])).claims[0]?.verdict).toBe("cannot be told");
  });

  it("cannot tell from one seed, nor from seeds that only one row has", async () => {
    const one = conclude(await measured([0.5], [0.9]));
    expect(one.claims[0]?.verdict).toBe("cannot be told");
    expect(one.sentence).toContain("one seed and so no interval");
    rmSync(folder, { recursive: true });
    const apart = conclude(await measured([0.5, undefined], [undefined, 0.9]));
    expect(apart.sentence).toContain("not measured");
  });
});

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
    expect(Object.keys(await studyFigure(results).toMimeBundle())).toContain("image/svg+xml");
  });

  it("is drawn and exported before anything was computed", async () => {
    const results = await measured([undefined, undefined], [undefined, undefined]);
    expect(studyTables.results(results).toText()).toContain("seed 0: not computed yet; seed 1: not computed yet");
    expect(await studyFigure(results).toMimeBundle()).toHaveProperty("text/plain");
    expect(exportStudy(results, "markdown")).toContain("| I-JEPA | not measured | — | no such row | 0 of 2 |");
    expect(exportStudy(results, "latex")).toContain("I-JEPA & not measured & -- & no such row & 0 of 2 &");
    expect(exportStudy(results, "csv")).toContain(
      "I-JEPA,top-1,,,,0,,,,,,,,seed 0: not computed yet; seed 1: not computed yet",
    );
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
    expect(json.claims[0].verdict).toBe("cannot be told");
    const latex = exportStudy(results, "latex");
    expect(latex).toContain("I-JEPA & 51.0 $\\pm$ 1.4 & -- & no such row & 0, 1 \\\\");
    expect(exportStudy(results, "markdown")).toContain("| N-JEPA | 54.0 ± 2.8 | 3.0 ± 12.7 | no such row | 0, 1 |");
  });
});
