import { appendFile, cp, mkdir, readdir, readFile, rename, rm, symlink, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { beforeAll, describe, expect, it } from "vitest";
import { CheckpointConfig, type RunInput } from "../../lib/config";
import { ready } from "../../lib/engine";
import { CheckpointError, ConfigError, TrainError } from "../../lib/errors";
import type { Displayable } from "../../lib/report";
import {
  createTrainState,
  loadCheckpoint,
  type TrainedRun,
  type TrainRunOptions,
  train,
  trainingSeconds,
  trainingSpeed,
  trainRun,
} from "../../lib/train";
import { keptSteps } from "../../lib/train/checkpoint-retention";
import { temporaryFolder } from "../temporary-folder";
import { tinyImages } from "./tiny-images";
import { tinyRun } from "./tiny-run";

const data = tinyImages();
const smoke = ({ train, ...over }: RunInput = {}) => tinyRun({ train: { maxSteps: 10, ...train }, ...over });
let root = "";
let unbroken: TrainedRun;

beforeAll(async () => {
  await ready();
  root = temporaryFolder();
  unbroken = await trainRun(join(root, "unbroken"), smoke(), { data });
});

const weights = ({ state }: Pick<TrainedRun, "state">) =>
  Object.fromEntries(Object.entries(state.parameters()).map(([name, tensor]) => [name, Array.from(tensor.dataSync())]));
const text = (folder: string) => readFile(join(folder, "records.jsonl"), "utf8");

/** Trains until a step and stops as a scheduler would. */
async function partOf(folder: string, until: number, options: TrainRunOptions = {}): Promise<TrainedRun> {
  const stop = new AbortController();
  const onRecord = ({ step }: { step: number }) => step === until && stop.abort();
  return trainRun(folder, smoke(), { data, signal: stop.signal, onRecord, ...options });
}

describe("reuseProgramOf", () => {
  it("trains another seed with the compiled step of the state before, to the same weights and records", async () => {
    const alone = await trainRun(join(root, "alone"), smoke({ seed: 1 }), { data });
    const before = await trainRun(join(root, "before"), smoke(), { data });
    const signatures = before.state.compiled.signatures();
    const used = before.state.compiled;
    const after = await trainRun(join(root, "after"), smoke({ seed: 1 }), { data, reuseProgramOf: before.state });
    expect(after.state.compiled).toBe(used);
    expect(used.signatures()).toBe(signatures);
    expect(after.state.run.seed).toBe(1);
    expect(weights(after)).toEqual(weights(alone));
    expect(await text(join(root, "after"))).toBe(await text(join(root, "alone")));
    const other = smoke({ objective: { method: "i-jepa" } });
    const fresh = await trainRun(join(root, "other"), other, { data, reuseProgramOf: after.state });
    expect(fresh.state.compiled).not.toBe(used);
    // Its last records are those of the run that it is, of which this process has taken no step.
    const loaded = await trainRun(join(root, "other"), other, { data, reuseProgramOf: fresh.state });
    expect(loaded.state.records).toEqual([]);
    expect(String((loaded.state as unknown as Displayable).toText())).toMatch(
      /after 10 steps\n[\s\S]*none in this process/,
    );
    for (const { state } of [alone, loaded]) state.dispose();
  });
});

describe("trainRun", () => {
  it("writes the run, a record for each step, checkpoints, and says last that it is finished", async () => {
    const folder = join(root, "unbroken");
    expect(unbroken.finished).toBe(true);
    expect(unbroken.records.map(({ step }) => step)).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9, 10]);
    expect(JSON.parse(await readFile(join(folder, "run.json"), "utf8"))).toMatchObject({
      key: unbroken.key,
      run: smoke(),
    });
    expect(JSON.parse(await readFile(join(folder, "finished.json"), "utf8"))).toEqual({
      key: unbroken.key,
      step: 10,
      checkpoint: "checkpoints/10",
    });
    // Newest two of every epoch's (4, 8, 10), and the marks at 80 and 92 % (8, 9).
    expect((await readdir(join(folder, "checkpoints"))).map(Number).sort((a, b) => a - b)).toEqual([8, 9, 10]);
  });

  it("says how many broken images were left out, at each start and in its progress", async () => {
    const folder = join(root, "skipped");
    const told: string[] = [];
    const few = { ...data, skipped: 3 };
    await partOf(folder, 1, { data: few, onProgress: (line) => told.push(line) });
    await partOf(folder, 2, { data });
    const lines = (await readFile(join(folder, "sessions.jsonl"), "utf8")).trim().split("\n");
    const starts = lines.map((line) => JSON.parse(line)).filter(({ event }) => event === "start");
    expect(starts.map(({ step, imagesSkipped }) => [step, imagesSkipped])).toEqual([
      [0, 3],
      [1, 0],
    ]);
    expect(told.filter((line) => line.startsWith('3 broken images of "tiny" are left out'))).toHaveLength(1);
  });

  it("takes the steps that `train` takes", async () => {
    const state = createTrainState(smoke());
    const losses: number[] = [];
    for await (const { loss } of train(state, data)) losses.push(loss);
    expect(losses).toEqual(unbroken.records.map(({ loss }) => loss));
    expect(weights({ state })).toEqual(weights(unbroken));
  });

  it("goes on after a signal, bit-equal in weights and records", async () => {
    const folder = join(root, "stopped");
    const none = await trainRun(folder, smoke(), { data, signal: AbortSignal.abort() });
    expect([none.finished, none.state.step, none.checkpoint]).toEqual([false, 0, null]);
    const first = await partOf(folder, 3);
    expect([first.finished, first.state.step]).toEqual([false, 3]);
    await partOf(folder, 7);
    const last = await trainRun(folder, smoke(), { data });
    expect(last.finished).toBe(true);
    expect(await text(folder)).toBe(await text(join(root, "unbroken")));
    expect(weights(last)).toEqual(weights(unbroken));
  });

  it("drops records that no checkpoint has, half a line included", async () => {
    const folder = join(root, "records");
    await partOf(folder, 3);
    const ahead = (await text(join(root, "unbroken"))).split("\n").slice(3, 5).join("\n");
    await appendFile(join(folder, "records.jsonl"), `${ahead}\n{"step":6,"lo`);
    await trainRun(folder, smoke(), { data });
    expect(await text(folder)).toBe(await text(join(root, "unbroken")));
  });

  it("passes over a damaged checkpoint for an older one, and says so; with none left it does not start anew", async () => {
    const folder = join(root, "damaged");
    await partOf(folder, 3, { checkpointEvery: 1 });
    const file = join(folder, "checkpoints", "3", "weights.safetensors");
    await writeFile(file, (await readFile(file)).subarray(0, 1000));
    const told: string[] = [];
    const again = await partOf(folder, 4, { onProgress: (line) => told.push(line) });
    expect(told.find((line) => line.includes("passed over"))).toMatch(/checkpoint 3 .*weights\.safetensors is damaged/);
    expect(again.records).toEqual(unbroken.records.slice(0, 4));
    for (const step of await readdir(join(folder, "checkpoints")))
      await writeFile(join(folder, "checkpoints", step, "checkpoint.json"), "{");
    await expect(trainRun(folder, smoke(), { data })).rejects.toThrow(CheckpointError);
  });

  it("passes over a checkpoint whose step or records were changed after it was saved, to the same end", async () => {
    const folder = join(root, "edited");
    const edited = async (name: string, from: string | RegExp, to: string) => {
      const path = join(folder, name);
      const before = await readFile(path, "utf8");
      const after = before.replace(from, to);
      expect(after).not.toBe(before);
      await writeFile(path, after);
    };
    const goOn = async (until: number) => {
      const told: string[] = [];
      const part = await partOf(folder, until, { checkpointEvery: 1, onProgress: (line) => told.push(line) });
      return { records: part.records, told: told.filter((line) => line.includes("passed over")).join("\n") };
    };
    await goOn(3);
    await edited("checkpoints/3/checkpoint.json", '"step": 3', '"step": 2');
    const again = await goOn(5);
    expect(again.told).toMatch(/checkpoint 3 is passed over: .*its seal does not fit/);
    expect(again.records).toEqual(unbroken.records.slice(0, 5));
    // A loss of the last step alone: the checkpoint before it was saved with records that are still whole.
    await edited("records.jsonl", /"loss":[\d.e-]+(?=[^\n]*\n$)/, '"loss":0.001');
    const last = await goOn(7);
    expect(last.told).toMatch(/checkpoint 5 is passed over: records\.jsonl up to step 5 is not what/);
    expect(last.records).toEqual(unbroken.records.slice(0, 7));
    // A loss that all checkpoints have seen: none is left to go on from.
    await edited("records.jsonl", /"loss":[\d.e-]+/, '"loss":0.001');
    await expect(goOn(8)).rejects.toThrow(/2 checkpoints and none can be gone on from/);
  });

  it("refuses a checkpoint of another run that lies in its folder", async () => {
    const [folder, other] = [join(root, "mine"), join(root, "theirs")];
    await partOf(folder, 2);
    await trainRun(other, smoke({ seed: 7, train: { maxSteps: 2 } }), { data });
    await rm(join(folder, "checkpoints/2"), { recursive: true });
    await rename(join(other, "checkpoints/2"), join(folder, "checkpoints/2"));
    await cp(join(other, "records.jsonl"), join(folder, "records.jsonl"));
    await expect(trainRun(folder, smoke(), { data })).rejects.toThrow(/is a checkpoint of another run/);
  });

  it("loads a finished run without training it again", async () => {
    let steps = 0;
    const again = await trainRun(join(root, "unbroken"), smoke(), { data, onRecord: () => steps++ });
    expect(steps).toBe(0);
    expect(again.records).toEqual(unbroken.records);
    expect(weights(again)).toEqual(weights(unbroken));
  });

  it("goes on from an older checkpoint although finished.json was changed to say that it is the last", async () => {
    const folder = join(root, "said to be finished");
    await partOf(folder, 4);
    const { key } = JSON.parse(await readFile(join(folder, "run.json"), "utf8"));
    await writeFile(join(folder, "finished.json"), JSON.stringify({ key, step: 4, checkpoint: "checkpoints/4" }));
    const whole = await trainRun(folder, smoke(), { data });
    expect(whole.state.step).toBe(10);
    expect(weights(whole)).toEqual(weights(unbroken));
  });

  it("changes nothing outside of a stranger's folder, wherever its links point", async () => {
    const elsewhere = temporaryFolder();
    for (const name of [".profile", "letter"]) await writeFile(join(elsewhere, name), "dear");
    const folder = join(root, "links");
    await mkdir(folder);
    await symlink(elsewhere, join(folder, "checkpoints"));
    for (const name of ["records.jsonl", "sessions.jsonl"]) {
      await symlink(join(elsewhere, "letter"), join(folder, name));
      await expect(trainRun(folder, smoke(), { data })).rejects.toThrow(
        /is a link, and a training only writes to files/,
      );
      await rm(join(folder, name));
    }
    expect(await readFile(join(elsewhere, "letter"), "utf8")).toBe("dear");
    expect((await readdir(elsewhere)).sort()).toEqual([".profile", "letter"]);
  });

  it("refuses a folder of another run and names the setting; how it is probed or saved makes no other run", async () => {
    const folder = join(root, "unbroken");
    await expect(trainRun(folder, smoke({ seed: 4 }), { data })).rejects.toThrow(/differs in: seed: 0 → 4/);
    await expect(trainRun(folder, smoke({ noise: { level: "none" } }), { data })).rejects.toThrow(ConfigError);
    const other = smoke({
      evaluate: { subsets: 3 },
      train: { checkpoint: { keepLast: 9 } },
    });
    expect((await trainRun(folder, other, { data })).state.run.evaluate.subsets).toBe(3);
  });

  it("trains once when two calls meet in one folder", async () => {
    const folder = join(root, "twice");
    const taken: number[] = [];
    const onRecord = ({ step }: { step: number }) => taken.push(step);
    const [a, b] = await Promise.all([1, 2].map(() => trainRun(folder, smoke(), { data, onRecord })));
    expect(taken).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9, 10]);
    expect(a?.records).toEqual(b?.records);
  });

  it("does not take a step that is no number: the state before it is saved and loads", async () => {
    const folder = join(root, "nan");
    const run = smoke({
      optimizer: { startLearningRate: 1e20, learningRate: 1e20, warmupEpochs: 0 },
    });
    const failed = await trainRun(folder, run, { data }).catch((error: Error) => error);
    expect(failed).toBeInstanceOf(TrainError);
    const { message } = failed as TrainError;
    const step = Number(/^Step (\d+) is not finite/.exec(message)?.[1]);
    expect(step).toBeGreaterThan(1);
    expect(message).toContain(join(folder, "checkpoints", String(step - 1)));
    const state = await loadCheckpoint(join(folder, "checkpoints", String(step - 1)));
    expect(state.step).toBe(step - 1);
    for (const values of Object.values(weights({ state }))) expect(values.every(Number.isFinite)).toBe(true);
    expect((await text(folder)).trim().split("\n").length).toBe(step - 1);
  });
});

describe("trainingSeconds", () => {
  it("are those of all sessions, also of one that was stopped, and none of one that was killed, by hand", async () => {
    const folder = temporaryFolder();
    expect(await trainingSeconds(folder)).toBe(0);
    const line = (event: string, second: number) =>
      JSON.stringify({ event, time: new Date(1000 * second).toISOString(), imagesPerSecond: second });
    // 10 seconds to a stop; killed; 5 seconds to the end; then one that was killed while it wrote.
    const lines = [line("start", 0), line("end", 10), line("start", 20), line("start", 90), line("end", 95), '{"eve'];
    await writeFile(join(folder, "sessions.jsonl"), lines.join("\n"));
    expect(await trainingSeconds(folder)).toBe(15);
    expect(await trainingSpeed(folder)).toBe(95);
  });
});

describe("trainingSpeed", () => {
  it("is the last session's, whatever a kill has left of a line", async () => {
    const file = join(temporaryFolder(), "sessions.jsonl");
    const end = (imagesPerSecond: number) => JSON.stringify({ event: "end", step: 1, imagesPerSecond });
    await writeFile(file, `${end(10)}\n${end(20)}\n{"event":"sta${end(30)}\n{"event":"st`);
    expect(await trainingSpeed(dirname(file))).toBe(20);
    expect(await trainingSpeed(join(root, "none"))).toBeNull();
  });
});

describe("keptSteps", () => {
  it("keeps the newest, one every few epochs, the marks and the end", () => {
    const length = { stepsPerEpoch: 10, steps: 100 };
    const saved = [5, 10, 20, 30, 40, 50, 60, 70, 80, 90, 92, 95, 97];
    const rule = (over: object) => [...keptSteps(saved, length, CheckpointConfig.parse(over))].sort((a, b) => a - b);
    expect(rule({ keepLast: 1 })).toEqual([80, 92, 97]);
    expect(rule({ keepLast: 2, keepMarks: [] })).toEqual([95, 97]);
    expect(rule({ keepLast: 1, keepEveryEpochs: 4, keepMarks: [] })).toEqual([40, 80, 97]);
    expect([...keptSteps([50, 100], length, CheckpointConfig.parse({ keepLast: 1, keepMarks: [] }))]).toEqual([100]);
  });
});
