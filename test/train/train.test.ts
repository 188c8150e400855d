import { createHash } from "node:crypto";
import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { beforeAll, describe, expect, it } from "vitest";
import { canonicalJson } from "../../lib/config";
import { ready, tf } from "../../lib/engine";
import { CheckpointError } from "../../lib/errors";
import { objective } from "../../lib/objective";
import {
  createTrainState,
  loadCheckpoint,
  planStep,
  runLength,
  saveCheckpoint,
  stepInputs,
  type TrainRecord,
  type TrainState,
  train,
} from "../../lib/train";
import { temporaryFolder } from "../temporary-folder";
import { tinyImages } from "./tiny-images";
import { tinyRun } from "./tiny-run";

const data = tinyImages();
let folder = "";

beforeAll(async () => {
  await ready();
  folder = temporaryFolder();
});

async function run(state: TrainState, until = Number.POSITIVE_INFINITY): Promise<TrainRecord[]> {
  const records: TrainRecord[] = [];
  const stop = new AbortController();
  for await (const record of train(state, data, { signal: stop.signal })) {
    records.push(record);
    if (record.step >= until) stop.abort();
  }
  return records;
}

const losses = (records: TrainRecord[]) =>
  records.map(({ loss, lossCT, lossNT, lossCN }) => [loss, lossCT, lossNT, lossCN]);
const weights = (state: TrainState) =>
  Object.fromEntries(Object.entries(state.parameters()).map(([name, tensor]) => [name, Array.from(tensor.dataSync())]));

describe("runLength", () => {
  it("counts whole batches, cut off at maxSteps, and refuses a training of no step", () => {
    const of = (epochs: number, maxSteps = 100) =>
      runLength({ count: 70 }, tinyRun({ optimizer: { epochs, warmupEpochs: 0 }, train: { maxSteps } }));
    expect(of(2.5)).toEqual({ stepsPerEpoch: 4, steps: 10 });
    expect(of(2.5, 3).steps).toBe(3);
    expect(() => of(0.2)).toThrow("0.2 epochs of 4 steps are not one step");
    expect(() => runLength({ count: 15 }, tinyRun())).toThrow("A batch of 16 images was asked for");
  });
});

describe("train", () => {
  it("takes every step of the run and lowers the loss", async () => {
    const state = createTrainState(tinyRun({ train: { maxSteps: 12 } }));
    const records = await run(state);
    expect(records.map(({ step }) => step)).toEqual(Array.from({ length: 12 }, (_, index) => index + 1));
    expect(records.at(-1)?.lossCT).toBeLessThan(records[0]?.lossCT as number);
    expect(state.step).toBe(12);
    state.dispose();
  });

  it("is bit-equal when it stops, is saved, loaded and goes on", async () => {
    const whole = createTrainState(tinyRun());
    const unbroken = await run(whole);
    const first = createTrainState(tinyRun());
    const before = await run(first, 5);
    await saveCheckpoint(first, join(folder, "at-5"));
    const second = await loadCheckpoint(join(folder, "at-5"));
    expect(second.step).toBe(5);
    const after = await run(second);
    expect(losses([...before, ...after])).toEqual(losses(unbroken));
    expect(weights(second)).toEqual(weights(whole));
  });

  it.each([
    { compiler: "graph", steps: 6 },
    { compiler: "xla", steps: 2 },
  ] as const)(
    "gives I-JEPA the same bits as N-JEPA with weights of zero, and no noisy predictor ($compiler)",
    async (it) => {
      const over = { train: { compiler: it.compiler, maxSteps: it.steps } };
      const plain = createTrainState(tinyRun({ ...over, objective: { method: "i-jepa" } }));
      const zero = createTrainState(tinyRun({ ...over, objective: { lambdaNT: 0, lambdaCN: 0 } }));
      const a = await run(plain);
      const b = await run(zero);
      expect(a).toHaveLength(it.steps);
      expect(losses(b)).toEqual(losses(a));
      expect(Object.keys(zero.student)).toEqual(Object.keys(plain.student));
      expect(Object.keys(plain.student).some((name) => name.startsWith("predictor_n."))).toBe(false);
      expect(b.map(({ gradNormAll }) => gradNormAll)).toEqual(a.map(({ gradNormAll }) => gradNormAll));
      expect(a[0]?.lossNT).toBeNull();
      const [ours, theirs] = [weights(plain), weights(zero)];
      for (const name of Object.keys(ours)) expect(ours[name], name).toEqual(theirs[name]);
      plain.dispose();
      zero.dispose();
    },
  );

  it("says when it compiles for new shapes, and leaves that step out of its speed", async () => {
    const state = createTrainState(tinyRun({ train: { maxSteps: 4 } }));
    const told: string[] = [];
    const speeds: number[] = [];
    for await (const { imagesPerSecond } of train(state, data, { onProgress: (line) => told.push(line) })) {
      speeds.push(imagesPerSecond);
    }
    expect(told).toEqual([expect.stringMatching(/^compiling the step for \d+ context patches$/)]);
    expect(speeds.map((speed) => speed > 0)).toEqual([false, true, true, true]);
    state.dispose();
  });

  it("leaks no tensor over 50 steps", async () => {
    const state = createTrainState(tinyRun({ optimizer: { epochs: 20 }, train: { maxSteps: 52 } }));
    const before = tf.memory().numTensors;
    for await (const { step } of train(state, data)) if (step === 1) break;
    expect(tf.memory().numTensors).toBe(before);
    const counts: number[] = [];
    for await (const _ of train(state, data)) counts.push(tf.memory().numTensors - before);
    expect(counts.length).toBe(51);
    // Besides the state none, or the next batch's: pixels, boxes, masks and the noise's key.
    for (const count of counts) expect([0, 9]).toContain(count);
    expect(tf.memory().numTensors).toBe(before);
    state.dispose();
  });

  it("takes the loss that the plain objective gives for the same batch and plan", async () => {
    const state = createTrainState(tinyRun());
    const batch = await data.split("train").read(Int32Array.from({ length: 16 }, (_, index) => index));
    const plan = planStep(batch, { step: 1, stepsPerEpoch: 4 }, state.run);
    const expected = objective(state.parameters(), stepInputs(batch, plan, state.run), state.run);
    const { loss } = await state.compiled
      .run(
        ...(await import("../../lib/train/inputs").then(
          ({ rawInputs }) => [[rawInputs(batch, plan, state.run)], plan.hyperparameters] as const,
        )),
      )
      .then((result) => ({ loss: result.loss?.dataSync()[0] as number }));
    expect(loss).toBeCloseTo(expected.loss.dataSync()[0] as number, 5);
  });
});

describe("optimizer.microBatches", () => {
  it("takes the steps of the whole batch, but for rounding", async () => {
    const [whole, parts] = [1, 4].map((microBatches) => createTrainState(tinyRun({ optimizer: { microBatches } }))) as [
      TrainState,
      TrainState,
    ];
    const [a, b] = [await run(whole, 4), await run(parts, 4)];
    a.forEach((record, index) => {
      for (const name of ["loss", "lossCT", "lossNT", "lossCN", "gradNorm", "gradNormAll"] as const) {
        const [ours, theirs] = [b[index]?.[name] as number, record[name] as number];
        expect(Math.abs(ours / theirs - 1), `${name} of step ${index + 1}`).toBeLessThan(2e-3);
      }
    });
    expect(b[0]?.loss).toBeCloseTo(a[0]?.loss as number, 6);
  });

  it("keeps more context when each part is cut by itself", async () => {
    const masking = { minKeep: 4, truncationScope: "micro-batch" as const };
    const cut = tinyRun({ masking, optimizer: { microBatches: 4 } });
    const state = createTrainState(cut);
    const [record] = await run(state, 1);
    const [whole] = await run(createTrainState(tinyRun({ masking })), 1);
    expect(record?.loss).toBeGreaterThan(0);
    expect(record?.contextPatches).toBeGreaterThan(whole?.contextPatches as number);
  });
});

describe("optimizer.clipNorm", () => {
  it("shortens the gradient, by Adam's first moment after one step", async () => {
    const norm = (state: TrainState) =>
      Math.hypot(...Object.values(state.firstMoments).map((moment) => tf.norm(moment.read()).dataSync()[0] as number));
    const clipped = createTrainState(tinyRun({ optimizer: { clipNorm: 0.01 } }));
    const [record] = await run(clipped, 1);
    expect(record?.gradNormAll).toBeGreaterThan(0.1);
    // The first moment is a tenth of the gradient.
    expect(norm(clipped)).toBeCloseTo(0.001, 6);
    const loose = createTrainState(tinyRun({ optimizer: { clipNorm: 1e6 } }));
    await run(loose, 1);
    expect(norm(loose)).toBeCloseTo(0.1 * (record?.gradNormAll as number), 6);
  });
});

describe("loadCheckpoint", () => {
  it("names a damaged file, a missing folder, and a file that is cut short", async () => {
    const state = createTrainState(tinyRun());
    const path = join(folder, "damaged");
    await saveCheckpoint(state, path);
    await saveCheckpoint(state, path);
    const file = join(path, "weights.safetensors");
    const bytes = await readFile(file);
    bytes[bytes.length - 1] = (bytes[bytes.length - 1] as number) ^ 1;
    await writeFile(file, bytes);
    await expect(loadCheckpoint(path)).rejects.toThrow(/weights\.safetensors is damaged/);
    await writeFile(file, bytes.subarray(0, 100));
    await expect(loadCheckpoint(path)).rejects.toThrow(CheckpointError);
    await expect(loadCheckpoint(join(folder, "absent"))).rejects.toThrow(/is not a checkpoint/);
  });

  it("refuses what a stranger has sealed without a step, a run or hashes", async () => {
    const path = join(folder, "sealed");
    await saveCheckpoint(createTrainState(tinyRun()), path);
    const file = join(path, "checkpoint.json");
    const { seal: _, ...facts } = JSON.parse(await readFile(file, "utf8"));
    for (const odd of [{ step: "8" }, { step: -1 }, { step: 0.5 }, { run: undefined }, { run: 5 }, { files: null }]) {
      const text = canonicalJson({ ...facts, ...odd });
      const seal = createHash("sha256").update(text).digest("hex");
      await writeFile(file, JSON.stringify({ ...JSON.parse(text), seal }));
      await expect(loadCheckpoint(path), text).rejects.toThrow(/checkpoint\.json is not whole: expected a step/);
    }
  });

  it("writes weights under I-JEPA's names in PyTorch's layout, with a header that any reader of the format takes", async () => {
    const state = createTrainState(tinyRun());
    const path = join(folder, "layout");
    await saveCheckpoint(state, path);
    const bytes = await readFile(join(path, "weights.safetensors"));
    const header = JSON.parse(bytes.toString("utf8", 8, 8 + Number(bytes.readBigUInt64LE(0))));
    expect(header["encoder.blocks.0.attn.qkv.weight"].shape).toEqual([96, 32]);
    expect(header["encoder.patch_embed.proj.weight"].shape).toEqual([32, 1, 4, 4]);
    expect(header["target_encoder.norm.bias"]).toMatchObject({ dtype: "F32", shape: [32] });
  });
});
