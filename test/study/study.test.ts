import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { type Run, StudyConfig, type StudyInput, studyPresets } from "../../lib/config";
import { ConfigError, StudyError } from "../../lib/errors";
import { conclude, jobKey, jobsOf, openStudy, type Study, studies } from "../../lib/study";
import { evaluationKey, type StudyEvaluation } from "../../lib/study/job";
import { checkListHashes } from "../../lib/study/label-lists";
import { operationsPerImage } from "../../lib/train";
import { studyVerb } from "../../lib/verbs/study";
import { temporaryFolder } from "../temporary-folder";
import { simulated } from "./simulated";
import { smallStudy } from "./small-study";

const data = "0".repeat(64);

describe("the paper's tables", () => {
  const names = Object.keys(studies);

  it("refuse a preset whose data are a person's own", () => {
    expect(() => openStudy("table-5a", { preset: "photographs" as "demo" })).toThrow(/preset: expected one of smoke, /);
  });

  it.each(studyPresets)("open at preset %s, every cell a run that is possible", (preset) => {
    for (const name of names) {
      const study = openStudy(name, { preset });
      expect(study.cells.length).toBe(
        study.config.columns.length *
          study.config.rows.reduce((sum, row) => sum + (row.source === "raw-pixels" ? 1 : study.seeds.length), 0),
      );
    }
  });

  it("share trainings: all of them together need twenty for each seed", () => {
    // Trainings that are spoiled on purpose, and what was learned beside pixels, are no tables of the paper.
    const tables = names.filter((name) => name !== "health-runs" && name !== "learned");
    const jobs = jobsOf(tables.map((name) => openStudy(name, { preset: "demo", seeds: [0] })));
    expect(jobs.filter(({ source }) => source === "trained").length).toBe(20);
    expect(jobs.length).toBe(22);
    // Table 4 on all labels, Table 6b on few, the checkpoints' control on its way: the same I-JEPA, probed seven ways.
    expect(Math.max(...jobs.map(({ evaluations }) => evaluations.length))).toBe(7);
  });

  it("train I-JEPA beside N-JEPA with as many operations, schedules stretched with it", () => {
    const { cells, jobs } = openStudy("table-4", { preset: "demo", seeds: [0] });
    const runOf = (name: string) => jobs[cells.find(({ row }) => row.name === name)?.job as number]?.run as Run;
    const [short, long, noisy] = ["I-JEPA", "I-JEPA, as many operations", "N-JEPA"].map(runOf) as [Run, Run, Run];
    const operations = (run: Run) => operationsPerImage(run) * run.optimizer.epochs;
    expect(operations(long) / operations(noisy)).toBeCloseTo(1, 3);
    const ratio = long.optimizer.epochs / short.optimizer.epochs;
    expect(ratio).toBeGreaterThan(1.1);
    expect(long.optimizer.warmupEpochs / short.optimizer.warmupEpochs).toBeCloseTo(ratio, 3);
  });

  it("probe on lists of images where they are given for a share, and know a list by what it says", () => {
    const [list, moved] = ["1percent.txt", "moved.txt"].map((name) => join(temporaryFolder(), name)) as [
      string,
      string,
    ];
    writeFileSync(list, "n1_0.JPEG\n");
    writeFileSync(moved, "n1_0.JPEG\n");
    const open = (path: string) =>
      openStudy("table-6b", { preset: "paper-100", seeds: [0], labelLists: { "0.01": path } });
    const { cells } = open(list);
    const lists = cells.map(({ column, evaluation }) => [column.name, evaluation.labelLists?.[0]]);
    expect(new Map(lists as [string, string][])).toEqual(
      new Map([
        ["1 %, last", list],
        ["1 %, last 4", list],
        ["10 %, last", undefined],
        ["10 %, last 4", undefined],
      ]),
    );
    const keys = (study: Study) => study.cells.map(({ evaluation }) => evaluationKey(evaluation));
    const before = open(list);
    expect(keys(open(moved))).toEqual(keys(before));
    writeFileSync(list, "n1_1.JPEG\n");
    expect(keys(open(list))).not.toEqual(keys(before));
    expect(() => checkListHashes(before.cells[0]?.evaluation as StudyEvaluation)).toThrow("was changed since");
    expect(() => open(join(temporaryFolder(), "gone.txt"))).toThrow(/gone.txt: expected a file that names .* ENOENT/);
  });

  it("look at checkpoints that trainings keep, and refuse another share", () => {
    const { cells } = openStudy("checkpoints", { preset: "smoke", seeds: [0] });
    expect(cells.map(({ evaluation }) => evaluation.at)).toEqual([0.8, 0.92, undefined, 0.8, 0.92, undefined]);
    const half = { ...smallStudy(), columns: [{ name: "top-1", fraction: 1, at: 0.5 }] };
    expect(() => openStudy(half, { preset: "smoke" })).toThrow(
      /at: expected one of .*keepMarks \(0.8, 0.92\), got 0.5/,
    );
  });

  it("carry the numbers that the paper prints, and null for each one that is lost", () => {
    const printed = (name: string) =>
      StudyConfig.parse(studies[name]).rows.flatMap((row) => Object.values(row.paper).map(({ value }) => value));
    expect(printed("table-5a-noise")).toEqual([66.8, 67.9, 68.3]);
    expect(printed("table-5b-mask-token")).toEqual([66.5, 67.9]);
    expect(printed("table-6a-predictor")).toEqual([67.3, 67.9]);
    for (const lost of ["table-1-loss-selection", "table-3-noise-schedule", "table-4-linear-evaluation"])
      expect(new Set(printed(lost))).toEqual(new Set([null]));
    expect(printed("table-6b-low-shot")).toEqual(Array(8).fill(null));
  });

  it("are found by the start of their name", () => {
    expect(openStudy("table-5a").config.name).toBe("table-5a-noise");
    expect(() => openStudy("table-5")).toThrow(/expected one of table-5a-noise, .* got "table-5"/);
    expect(() => openStudy("table")).toThrow(/which may be/);
  });
});

describe("openStudy", () => {
  const changed = (change: (study: StudyInput) => void) => {
    const study = structuredClone(smallStudy());
    change(study);
    return () => openStudy(study, { preset: "smoke" });
  };

  it("reads a study from a file", () => {
    const folder = mkdtempSync(join(tmpdir(), "njepa-study-"));
    const path = join(folder, "mine.json");
    writeFileSync(path, JSON.stringify(smallStudy()));
    expect(openStudy(path, { preset: "smoke" }).config.name).toBe("small-study");
    writeFileSync(path, `\uFEFF${JSON.stringify(smallStudy())}`);
    expect(openStudy(path, { preset: "smoke" }).config.name).toBe("small-study");
    writeFileSync(path, "{");
    expect(() => openStudy(path)).toThrow(ConfigError);
    rmSync(folder, { recursive: true });
  });

  it("names a row that stands there twice, and two rows that are the same training", () => {
    expect(changed(({ rows }) => rows.push({ name: "I-JEPA" }))).toThrow('the row "I-JEPA" stands there twice');
    const same = changed(({ rows }) => rows.push({ name: "again", settings: rows[0]?.settings ?? {} }));
    expect(same).toThrow(StudyError);
    expect(same).toThrow('"again" × "top-1", seed 0 is the same training and evaluation as "I-JEPA" × "top-1", seed 0');
  });

  it("names every cell that is impossible, with what is wrong", () => {
    const study = changed(({ rows }) => {
      rows.push({ name: "no such noise", settings: { noise: { level: "loud" } } });
      rows.push({ name: "patches", settings: { model: { patchSize: 5 } } });
    });
    expect(study).toThrow(/row "no such noise", column "top-1": .*noise\.level[\s\S]*row "patches"/);
  });

  it("refuses a claim about a row that is not there, and a column with several shares", () => {
    const claim = { says: "x", orderings: [{ below: "I-JEPA", above: "V-JEPA" }] };
    expect(changed((study) => study.claims?.push(claim))).toThrow('the row "V-JEPA"; expected one of I-JEPA, N-JEPA');
    const several = changed(({ columns }) => columns.push({ name: "both", settings: { layers: ["last", "last4"] } }));
    expect(several).toThrow("evaluate.layers: expected one per cell, got last, last4");
  });

  it("refuses a comparison of a row with itself, and weights that would count the rows' own accuracy", () => {
    const claim = (contrast?: Record<string, number>) =>
      changed((study) =>
        study.claims?.push({ says: "x", orderings: [{ below: "N-JEPA", above: "N-JEPA", contrast }] }),
      );
    expect(claim()).toThrow('a claim compares the row "N-JEPA" with itself');
    for (const weights of [{}, { "I-JEPA": 1, "N-JEPA": 1 }])
      expect(claim(weights)).toThrow("claims.1.orderings.0.contrast: expected weights that sum to 0");
    expect(claim({ "I-JEPA": -0.1, "N-JEPA": 0.1 })).not.toThrow();
  });

  it("refuses seeds of a preset and a headline of a column that do not exist", () => {
    const seeds = changed((study) => Object.assign(study, { seeds: { dem: [7] } }));
    expect(seeds).toThrow('seeds are stated for the preset "dem"; expected one of smoke, demo');
    const headline = changed((study) => Object.assign(study, { headline: { top: "all" } }));
    expect(headline).toThrow('headline names the column "top"; expected one of top-1');
  });

  it("counts two contrasts of the same rows as two questions, and one with all signs turned as the same", () => {
    const rows = ["a", "b", "c", "d"].map((name, at) => ({ name, settings: { noise: { pMean: at } } }));
    const familyOf = (...all: Record<string, number>[]) => {
      const orderings = all.map((contrast) => ({ below: "a", above: "b", contrast }));
      const claims = [{ says: "x", orderings }];
      const study = openStudy({ ...smallStudy(), rows, claims }, { preset: "demo", seeds: [0, 1] });
      return conclude(simulated(study, () => 1)).family.comparisons;
    };
    const one = { a: 1, b: -1, c: 1, d: -1 };
    expect(familyOf(one, { a: 1, b: -1, c: -1, d: 1 })).toBe(2);
    expect(familyOf(one, { d: 1, a: -1, b: 1, c: -1 })).toBe(1);
  });

  it("gives raw pixels one cell, and an untrained encoder one per seed, whatever is trained beside", () => {
    const rows = [
      { name: "raw pixels", source: "raw-pixels" as const },
      { name: "untrained", source: "untrained" as const },
    ];
    const open = (settings: Record<string, unknown>) =>
      openStudy({ ...smallStudy(), rows, claims: [], settings }, { preset: "smoke" });
    const [one, other] = [open({}), open({ optimizer: { learningRate: 0.5 } })];
    expect(one.cells.map(({ row, seed }) => `${row.name} ${seed}`)).toEqual([
      "raw pixels 0",
      "untrained 0",
      "untrained 1",
    ]);
    expect(one.jobs.map((job) => jobKey(job, data))).toEqual(other.jobs.map((job) => jobKey(job, data)));
  });
});

describe("npm run study", () => {
  it("refuses words and options that it would ignore or misread", async () => {
    const values = { preset: "smoke", executor: "local", format: "markdown", "report-after": "ok" };
    const own = join(temporaryFolder(), "mine.json");
    writeFileSync(own, JSON.stringify({ ...smallStudy(), claims: [] }));
    const refuse = (words: string[], message: string, given = {}) =>
      expect(studyVerb({ ...values, cells: "1", draw: "0", tolerance: "0.5", ...given }, words)).rejects.toThrow(
        message,
      );
    await refuse(["gc", "table-5a"], "gc is of the whole store and takes no table, got table-5a");
    await refuse(["notebook", own], "and small-study is a study of your own");
    await refuse(["verify", own], "--tolerance expects points of 0 or more, got half", { tolerance: "half" });
    await refuse(["verify", own], "--draw expects a number of 0 or more, got x", { draw: "x" });
    const lists = { "label-lists": `0.5=${own}` };
    await refuse(["show", own], "--label-lists: no column has a share of 0.5; there are 1", lists);
  });
});

describe("jobKey", () => {
  it("changes with the data and the settings, and not with the preset's name or the evaluation", () => {
    const [job] = openStudy(smallStudy(), { preset: "smoke" }).jobs;
    if (!job) throw new Error("no job");
    const key = jobKey(job, data);
    expect(key).toMatch(/^[0-9a-f]{64}$/);
    expect(jobKey(job, "1".repeat(64))).not.toBe(key);
    expect(jobKey({ ...job, run: { ...job.run, seed: 7 } }, data)).not.toBe(key);
    for (const source of ["trained", "untrained", "raw-pixels"] as const) {
      const [here, there] = ["/here", "/there"].map((path) => ({ ...job.run, data: { ...job.run.data, path } }));
      expect(jobKey({ ...job, source, run: here as Run }, data)).toBe(
        jobKey({ ...job, source, run: there as Run }, data),
      );
    }
    const evaluate = { ...job.run.evaluate, subsets: 9 };
    expect(jobKey({ ...job, run: { ...job.run, preset: "mine", evaluate } }, data)).toBe(key);
  });
});
