import { mkdirSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { join, relative } from "node:path";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { StudyError } from "../../lib/errors";
import {
  collectResults,
  type Job,
  leftovers,
  openStore,
  openStudy,
  type RunStore,
  removeLeftovers,
} from "../../lib/study";
import { ifUnlocked } from "../../lib/system";
import { temporaryFolder } from "../temporary-folder";
import { sampleResult } from "./sample-result";
import { smallStudy } from "./small-study";

const data = { name: "fake", fingerprint: "f".repeat(64) };
const study = openStudy(smallStudy(), { preset: "smoke", seeds: [0] });
const [job] = study.jobs as [Job];
const result = sampleResult(job, data.fingerprint, [0.5]);
let folder: string;
let store: RunStore;

beforeEach(() => {
  folder = temporaryFolder();
  store = openStore(folder);
});

afterEach(() => vi.unstubAllEnvs());

const results = () => join(store.jobFolder(result.key), "results");
const collect = () =>
  collectResults(
    study,
    store,
    study.jobs.map(() => data),
  );

describe("the run store", () => {
  it("gives back what was written, and takes the same numbers from two machines as one result", async () => {
    expect(await store.write(result)).toBe("new");
    expect(await store.write({ ...result, made: { ...result.made, host: "there" } })).toBe("same");
    const { found, problems } = await store.results(result.key);
    expect(problems).toEqual([]);
    expect([...found.values()]).toEqual([result]);
    expect((await collect()).cells[0]?.summary?.mean).toBe(50);
  });

  it("reads published results as its own, and writes none there", async () => {
    await store.write(result);
    vi.stubEnv("NJEPA_PUBLISHED", folder);
    const empty = temporaryFolder();
    expect((await openStore(empty).results(result.key)).found.size).toBe(1);
    expect(readdirSync(empty)).toEqual([]);
  });

  it("leaves out a result that was cut short, names it, and replaces it by a whole one", async () => {
    await store.write(result);
    const [name] = readdirSync(results()) as [string];
    const path = join(results(), name);
    writeFileSync(path, readFileSync(path, "utf8").slice(0, 300));
    const { found, problems } = await store.results(result.key);
    expect(found.size).toBe(0);
    expect(problems).toEqual([expect.stringContaining(`${path} is cut short`)]);
    expect(await store.write(result)).toBe("new");
    expect((await store.results(result.key)).found.size).toBe(1);
  });

  it("reads the published result where its own copy is cut short, and says so", async () => {
    await store.write(result);
    vi.stubEnv("NJEPA_PUBLISHED", folder);
    const own = openStore(temporaryFolder());
    await own.write(result);
    const [name] = readdirSync(results()) as [string];
    const path = join(own.jobFolder(result.key), "results", name);
    writeFileSync(path, "{");
    const { found, problems } = await own.results(result.key);
    expect([...found.values()]).toEqual([result]);
    expect(problems).toEqual([expect.stringContaining(`${path} is cut short`)]);
  });

  it("goes on where a result that was listed is gone", async () => {
    await store.write(result);
    const gone = join(results(), `${"0".repeat(16)}-${"1".repeat(12)}.json`);
    symlinkSync("nowhere", gone);
    const { found, problems } = await store.results(result.key);
    expect([found.size, problems]).toEqual([1, [`${gone} is gone, or a link that leads nowhere; it is left out.`]]);
  });

  it("reads a result of before a setting was there as it was written", async () => {
    const { clipNorm: _, ...optimizer } = result.run.optimizer as unknown as Record<string, unknown>;
    const older = { ...result, run: { ...result.run, optimizer } } as unknown as typeof result;
    await store.write(older);
    const { found, problems } = await store.results(result.key);
    expect(problems).toEqual([]);
    expect([...found.values()]).toEqual([older]);
  });

  it("leaves out a result that somebody has changed", async () => {
    await store.write(result);
    const [name] = readdirSync(results()) as [string];
    const path = join(results(), name);
    writeFileSync(path, readFileSync(path, "utf8").replace("0.5", "0.9"));
    expect((await store.results(result.key)).problems[0]).toContain("was changed after it was written");
  });

  it("uses none of two results that disagree for one key, and does not ask for a third", async () => {
    await store.write(result);
    expect(await store.write(sampleResult(job, data.fingerprint, [0.6]))).toBe("disagrees");
    const collected = await collect();
    expect(collected.cells[0]?.summary).toBeNull();
    expect(collected.cells[0]?.missing[0]?.why).toBe("results disagree");
    expect(collected.jobs[0]?.state).toBe("disputed");
    expect(collected.problems[0]).toMatch(/disagree for one key: 50\.00 % .* and 60\.00 % .*none of them is used/);
  });

  it("is not in dispute over an evaluation that the study does not ask for", async () => {
    await store.write(result);
    const evaluation = { ...result.evaluation, fractions: [0.1] };
    for (const share of [0.2, 0.3]) await store.write(sampleResult(job, data.fingerprint, [share], evaluation));
    const { jobs, cells } = await collect();
    expect(jobs[0]).toMatchObject({ state: "done", detail: "1 of 1 evaluations" });
    expect(cells[0]?.summary?.mean).toBe(50);
  });

  it("keeps results of another library version apart, in their folder and under ours", async () => {
    await store.write(result);
    mkdirSync(join(folder, "0.0.9"));
    const [name] = readdirSync(results()) as [string];
    const stranger = readFileSync(join(results(), name), "utf8");
    const other = "a".repeat(64);
    mkdirSync(join(store.jobFolder(other), "results"), { recursive: true });
    writeFileSync(join(store.jobFolder(other), "results", name), stranger);
    expect((await store.results(other)).problems[0]).toContain("belongs elsewhere");
    expect((await collect()).problems).toEqual([expect.stringContaining("also has results of njepa 0.0.9")]);
  });

  it("takes nothing but a key for a key", () => {
    expect(() => store.jobFolder("../../etc")).toThrow(StudyError);
  });

  it("tells a failure until it is mended", async () => {
    await store.writeFailure(result.key, { message: "no memory", host: "here", when: "now" });
    expect((await collect()).jobs[0]).toMatchObject({ state: "failed", detail: "no memory" });
    expect((await collect()).cells[0]?.missing).toEqual([{ seed: 0, why: "failed: no memory" }]);
    await store.writeFailure(result.key, null);
    expect((await collect()).jobs[0]?.state).toBe("missing");
  });
});

describe("leftovers", () => {
  it("are what no result needs: cut-off writes, damaged files, all checkpoints but the last of a finished training", async () => {
    await store.write(result);
    const name = `${"0".repeat(16)}-${"1".repeat(12)}.json`;
    writeFileSync(join(results(), `${name}.partial-1-2`), "{");
    writeFileSync(join(results(), name), "{");
    writeFileSync(join(results(), "notes.json"), "{"); // a person's own
    const training = store.trainingFolder(result.key);
    for (const step of ["2", "4"]) mkdirSync(join(training, "checkpoints", step), { recursive: true });
    expect((await leftovers(store)).length).toBe(2); // the training may go on from either
    writeFileSync(join(training, "finished.json"), JSON.stringify({ step: 4, checkpoint: "checkpoints/4" }));
    const found = await leftovers(store);
    expect(found.map(({ path }) => path.slice(store.jobFolder(result.key).length + 1)).sort()).toEqual([
      `results/${name}`,
      `results/${name}.partial-1-2`,
      "training/checkpoints/2",
    ]);
    await removeLeftovers(found);
    expect(await leftovers(store)).toEqual([]);
    expect((await store.results(result.key)).found.size).toBe(1);
    expect((await leftovers(store, { checkpoints: true })).length).toBe(1);
  });

  it("are not the checkpoints at a training's marks, which its evaluations need, unless all are asked for", async () => {
    const training = store.trainingFolder(result.key);
    for (const step of ["5", "8", "10"]) mkdirSync(join(training, "checkpoints", step), { recursive: true });
    const run = { ...job.run, train: { ...job.run.train, checkpoint: { keepMarks: [0.8, 0.92] } } };
    writeFileSync(join(training, "run.json"), JSON.stringify({ run }));
    writeFileSync(join(training, "finished.json"), JSON.stringify({ step: 10, checkpoint: "checkpoints/10" }));
    const steps = async (checkpoints: boolean) =>
      (await leftovers(store, { checkpoints })).map(({ path }) => relative(join(training, "checkpoints"), path)).sort();
    // .8 of ten steps is 8, .92 of them is 9, of which nothing was saved.
    expect(await steps(false)).toEqual(["5"]);
    expect(await steps(true)).toEqual(["10", "5", "8"]);
  });

  it("are no other version's folder in which one of its processes is at work", async () => {
    const of = async () => (await leftovers(store, { otherVersions: true })).map(({ why }) => why);
    const lock = join(folder, "0.0.9", "a".repeat(64), "lock");
    await ifUnlocked(lock, async () => expect(await of()).toEqual([]));
    expect(await of()).toEqual(["of njepa 0.0.9"]);
  });

  it("are nothing outside of a stranger's store, wherever it points, and not the last checkpoint of a run that says another is", async () => {
    const elsewhere = temporaryFolder();
    for (const name of [".profile", "letter.json", "x.partial-1"]) writeFileSync(join(elsewhere, name), "{");
    for (const name of ["4", "2023", "damaged-1"]) mkdirSync(join(elsewhere, name));
    const training = store.trainingFolder(result.key);
    mkdirSync(training, { recursive: true });
    symlinkSync(elsewhere, results());
    symlinkSync(elsewhere, join(training, "checkpoints"));
    for (const finished of [
      { step: 4, checkpoint: relative(training, elsewhere) },
      { step: "../..", checkpoint: "." },
      { checkpoint: 4 },
    ]) {
      writeFileSync(join(training, "finished.json"), JSON.stringify(finished));
      expect(await leftovers(store, { checkpoints: true })).toEqual([]);
    }
    rmSync(join(training, "checkpoints"));
    mkdirSync(join(training, "checkpoints", "4"), { recursive: true });
    writeFileSync(join(training, "finished.json"), JSON.stringify({ step: 8, checkpoint: "checkpoints/8" }));
    expect(await leftovers(store)).toEqual([]);
  });
});
