import { createHash } from "node:crypto";
import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { availableParallelism, cpus, hostname } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import {
  exportStudy,
  type Job,
  libraryVersion,
  openStore,
  openStudy,
  publishStudy,
  studyRecords,
  studyResults,
  verifyStudy,
} from "../../lib/study";
import { thinned } from "../../lib/study/store/curves";
import { dataOf } from "../../lib/study/study-data";
import type { RunRecord } from "../../lib/train";
import { temporaryFolder } from "../temporary-folder";
import { sampleResult } from "./sample-result";
import { smallStudy } from "./small-study";

const study = openStudy(smallStudy(), { preset: "smoke", seeds: [0] });
let folder: string;

beforeEach(() => {
  folder = temporaryFolder();
  vi.stubEnv("NJEPA_PUBLISHED", join(folder, "published"));
});
afterEach(() => {
  vi.unstubAllEnvs();
  rmSync(folder, { recursive: true, force: true });
});

/** Records of steps 1, 2, …: the loss is the step, there is no noise, the norm is ten times the step. */
const records = (count: number) =>
  Array.from({ length: count }, (_, at) => ({
    step: at + 1,
    epoch: 0,
    loss: at + 1,
    lossCT: at + 1,
    lossNT: null,
    lossCN: null,
    gradNorm: 10 * (at + 1),
    diagnostics: null,
  })) as unknown as RunRecord[];

describe("a published study", () => {
  it("says what each result was computed on, where two machines have one name", async () => {
    const store = openStore(join(folder, "store"));
    const [data] = await dataOf(study.jobs);
    for (const [at, job] of study.jobs.entries()) {
      const result = sampleResult(job, data?.fingerprint as string, [0.25, 0.75]);
      const processor = `${8 + at} × another processor`;
      await store.write({ ...result, made: { ...result.made, host: hostname(), processor } });
    }
    await publishStudy(study, { store: store.folder });
    const { made } = await studyResults(study, { store: join(folder, "empty") });
    expect(made.map(({ host, processor }) => [host, processor])).toEqual([
      ["8 × another processor", undefined],
      ["9 × another processor", undefined],
    ]);
  });

  it("is seen in full where there is no store, with curves and without the machine's name", async () => {
    const store = openStore(join(folder, "store"));
    const [data] = await dataOf(study.jobs);
    for (const job of study.jobs) {
      const result = sampleResult(job, data?.fingerprint as string, [0.25, 0.75]);
      await store.write({ ...result, made: { ...result.made, host: hostname() } });
      mkdirSync(store.trainingFolder(result.key), { recursive: true });
      const lines = records(4).map((record) => `${JSON.stringify(record)}\n`);
      writeFileSync(join(store.trainingFolder(result.key), "records.jsonl"), lines.join(""));
    }
    expect(await publishStudy(study, { store: store.folder })).toBe(2);
    const results = await studyResults(study, { store: join(folder, "empty") });
    expect(results.problems).toEqual([]);
    const [run] = JSON.parse(exportStudy(results, "json")).runs;
    expect(run).toMatchObject({ row: "I-JEPA", seed: 0, top1: 50, seconds: 1 });
    expect(readdirSync(join(folder, "published", libraryVersion))).toContain(run.run);
    expect(run.command).toMatch(/ verify small-study --preset smoke --row "I-JEPA" --column "top-1" --seeds 0$/);
    expect(results.cells.map(({ summary }) => summary?.mean)).toEqual([50, 50]);
    expect(results.made[0]?.host).toBe(`${availableParallelism()} × ${cpus()[0]?.model.trim()}`);
    const curves = await studyRecords(results);
    expect(curves.map(({ row, step, progress }) => [row, step, progress]).slice(0, 2)).toEqual([
      ["I-JEPA", 1, 0.25],
      ["I-JEPA", 2, 0.5],
    ]);
    const crate = JSON.parse(readFileSync(join(folder, "published/ro-crate-metadata.json"), "utf8"));
    const [descriptor, root, ...parts] = crate["@graph"];
    expect([descriptor.about, root["@type"], root.hasPart.length]).toEqual([{ "@id": "./" }, "Dataset", 4]);
    for (const { "@id": id, sha256 } of parts.filter((part: Record<string, string>) => part["@type"] === "File")) {
      const content = readFileSync(join(folder, "published", id));
      expect(createHash("sha256").update(content).digest("hex"), id).toBe(sha256);
    }
    const actions = parts.filter((part: Record<string, string>) => part["@type"] === "CreateAction");
    expect(actions.map(({ result }: { result: object[] }) => result.length)).toEqual([2, 2]);
    const files = readdirSync(join(folder, "published", libraryVersion), { recursive: true, encoding: "utf8" });
    expect(files.filter((name) => name.endsWith(".json")).length).toBe(4);
    for (const name of files.filter((name) => name.endsWith(".json")))
      expect(readFileSync(join(folder, "published", libraryVersion, name), "utf8")).not.toContain(hostname());
  });

  it("keeps the curves of the whole training where the store has a part of it, begun again", async () => {
    const store = openStore(join(folder, "store"));
    const [data] = await dataOf(study.jobs);
    const [job] = study.jobs as [Job];
    const result = sampleResult(job, data?.fingerprint as string, [0.5]);
    const write = (count: number) => {
      mkdirSync(store.trainingFolder(result.key), { recursive: true });
      const lines = records(count).map((record) => `${JSON.stringify(record)}\n`);
      writeFileSync(join(store.trainingFolder(result.key), "records.jsonl"), lines.join(""));
    };
    await store.write(result);
    write(2);
    await publishStudy(study, { store: store.folder });
    expect(await studyRecords(await studyResults(study, { store: store.folder }))).toEqual([]);
    for (const there of [4, 2]) {
      write(there);
      await publishStudy(study, { store: store.folder });
      const curves = await studyRecords(await studyResults(study, { store: store.folder }));
      expect(curves.map(({ step, progress }) => [step, progress])).toEqual([1, 2, 3, 4].map((it) => [it, it / 4]));
    }
  });

  it("came with this checkout, each curve to the last step of its training", () => {
    const root = join(__dirname, "../../reports/published", libraryVersion);
    for (const key of readdirSync(root)) {
      const [first] = readdirSync(join(root, key, "results"));
      const { made, source } = JSON.parse(readFileSync(join(root, key, "results", first as string), "utf8"));
      if (source !== "trained") continue;
      const curves = JSON.parse(readFileSync(join(root, key, "curves.json"), "utf8"));
      expect(curves.at(-1).step, key).toBe(made.steps);
    }
  });

  it("names no folder of this machine, keeps what the crate says of files that are there, and drops what is gone", async () => {
    const store = openStore(join(folder, "store"));
    const data = await dataOf(study.jobs);
    const [first, second] = study.jobs.map((job) => sampleResult(job, data[0]?.fingerprint as string, [0.5]));
    if (!first || !second) throw new Error("no results");
    const run = { ...first.run, data: { ...first.run.data, path: "/srv/somebody/images" } };
    const lists = { labelLists: ["/srv/somebody/1percent.txt"], listHashes: ["a".repeat(64)] };
    await store.write({ ...first, run, evaluation: { ...first.evaluation, ...lists } });
    await store.write(first);
    expect(await publishStudy(study, { store: store.folder })).toBe(2);
    const published = join(folder, "published");
    const of = (key: string) => join(published, libraryVersion, key);
    for (const name of readdirSync(join(of(first.key), "results")))
      expect(readFileSync(join(of(first.key), "results", name), "utf8")).not.toContain("somebody");
    expect((await openStore(join(folder, "empty")).results(first.key)).problems).toEqual([]);
    rmSync(of(first.key), { recursive: true });
    const other = openStore(join(folder, "other"));
    await other.write(second);
    expect(await publishStudy(study, { store: other.folder })).toBe(1);
    const graph = JSON.parse(readFileSync(join(published, "ro-crate-metadata.json"), "utf8"))["@graph"];
    const ids = graph.map((part: Record<string, string>) => part["@id"]).join("\n");
    expect(ids).toContain(second.key);
    expect(ids).not.toContain(first.key.slice(0, 16));
  });

  it("is not added to a manifest or crate that is damaged: what they say of other results would be lost", async () => {
    const published = join(folder, "published");
    mkdirSync(published);
    for (const [name, message] of [
      ["data.json", "data.json does not say of which data sets"],
      ["ro-crate-metadata.json", "ro-crate-metadata.json is no crate"],
    ] as const) {
      writeFileSync(join(published, name), "{}<<<<<<< HEAD");
      await expect(publishStudy(study, { store: join(folder, "store") })).rejects.toThrow(message);
      rmSync(join(published, name));
    }
  });

  it("says why a training that is to be verified failed", async () => {
    const store = openStore(join(folder, "store"));
    const failing = openStudy(smallStudy({ failing: true }), { preset: "smoke", seeds: [0] });
    const [data] = await dataOf(failing.jobs);
    await store.write(sampleResult(failing.jobs[2] as Job, data?.fingerprint as string, [0.99]));
    const [cell] = await verifyStudy(failing, { store: store.folder });
    expect(cell).toMatchObject({ row: "diverges", again: null, agrees: false });
    expect(cell?.failed).toContain("Step 2 is not finite");
    expect(await verifyStudy(failing, { store: store.folder, signal: AbortSignal.abort() })).toEqual([]);
  }, 120_000);

  it("is trained anew to be verified, and a published number that no training gives is told", async () => {
    const store = openStore(join(folder, "store"));
    const [data] = await dataOf(study.jobs);
    for (const job of study.jobs) await store.write(sampleResult(job, data?.fingerprint as string, [0.99]));
    await publishStudy(study, { store: store.folder });
    const empty = join(folder, "empty");
    await expect(verifyStudy(study, { store: empty, row: "N" })).rejects.toThrow(
      "study small-study has no row N: expected one of I-JEPA, N-JEPA.",
    );
    const [cell] = await verifyStudy(study, { store: empty, row: "N-JEPA" });
    expect(cell).toMatchObject({ row: "N-JEPA", stored: 99, agrees: false });
    // Four steps of a narrow encoder: above chance, far from 99 %.
    expect(cell?.again).toBeGreaterThan(10);
    expect(cell?.again).toBeLessThan(90);
  }, 120_000);
});

describe("thinned", () => {
  it("stands for stretches of steps by their means", () => {
    // Five steps in two stretches: 1 to 3 (rounded up) and 4 to 5.
    const curve = thinned(records(5), 2);
    expect(curve.map(({ step, loss, lossNT, gradNorm }) => [step, loss, lossNT, gradNorm])).toEqual([
      [3, 2, null, 20],
      [5, 4.5, null, 45],
    ]);
    expect(thinned(records(3)).map(({ loss }) => loss)).toEqual([1, 2, 3]);
    expect(thinned([])).toEqual([]);
  });
});
