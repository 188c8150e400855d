import { mkdtemp, readdir, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { parseRun, type RunInput } from "../../lib/config";
import { memory, type PjrtInfo, ready, stats, tf } from "../../lib/engine";
import { sizeFromShape } from "../../lib/shape";
import {
  createTrainState,
  loadCheckpoint,
  saveCheckpoint,
  type TrainRecord,
  type TrainRunOptions,
  type TrainState,
  train,
  trainRun,
} from "../../lib/train";
import { hasPlugin } from "../engine/pjrt-device";
import { tinyImages } from "./tiny-images";

const isHere = await hasPlugin();
const data = tinyImages();
/** One block and one shape of masks, so that a step is compiled in seconds. */
const smoke = (over: RunInput = {}) =>
  parseRun({
    preset: "smoke",
    model: { depth: 1, predictorDepth: 1 },
    optimizer: { epochs: 4, batchSize: 16 },
    train: { compiler: "xla", maxSteps: 8, contextBucket: 49, targetBucket: null },
    ...over,
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

const losses = (records: TrainRecord[]) => records.map(({ loss, gradNormAll }) => [loss, gradNormAll]);
const weights = (state: TrainState) =>
  tf.tidy(() =>
    Object.fromEntries(Object.entries(state.parameters()).map(([name, value]) => [name, [...value.dataSync()]])),
  );

describe.skipIf(!isHere)("training on a PJRT device", () => {
  let folder = "";
  beforeAll(async () => {
    await ready({ backend: "pjrt" });
    folder = await mkdtemp(join(tmpdir(), "njepa-pjrt-"));
  });
  afterAll(async () => {
    await ready({ backend: "tensorflow" });
    await rm(folder, { recursive: true, force: true });
  });

  it("is bit-equal when it stops, is saved, loaded and goes on", async () => {
    const whole = createTrainState(smoke());
    const unbroken = await run(whole);
    const first = createTrainState(smoke());
    const before = await run(first, 3);
    await saveCheckpoint(first, join(folder, "at-3"));
    const second = await loadCheckpoint(join(folder, "at-3"));
    const after = await run(second);
    expect(losses([...before, ...after])).toEqual(losses(unbroken));
    expect(weights(second)).toEqual(weights(whole));
    for (const state of [whole, first, second]) state.dispose();
  });

  it("keeps its programs in the run's folder, and says or refuses where bits would differ", async () => {
    const own = join(folder, "run");
    const part = async (until: number, options: TrainRunOptions = {}) => {
      const stop = new AbortController();
      const onRecord = ({ step }: { step: number }) => step === until && stop.abort();
      const { state } = await trainRun(own, smoke(), { data, signal: stop.signal, onRecord, ...options });
      const kept = state.compiled.programs();
      state.dispose();
      return kept;
    };
    const kept = await part(2);
    expect(kept.length).toBeGreaterThanOrEqual(3);
    const carried = (await readdir(join(own, "programs"), { recursive: true })).map((name) => basename(name));
    for (const path of kept) expect(carried).toContain(basename(path));
    const lines: string[] = [];
    await part(3, { deterministic: true, onProgress: (line) => lines.push(line) });
    expect(lines.filter((line) => line.includes("last bits"))).toEqual([]);
    const [compiler] = (await readdir(join(own, "programs"))) as [string];
    const seal = (await readdir(join(own, "programs", compiler))).find((name) => name.endsWith(".seal")) as string;
    await rm(join(own, "programs", compiler, seal));
    await expect(part(4, { deterministic: true })).rejects.toThrow(
      /\.pjrt and what else is not sealed with this user's key is compiled anew: the numbers may differ/,
    );
    const { pjrt } = await ready();
    (pjrt as PjrtInfo).driver = "another";
    try {
      await expect(part(4, { deterministic: true })).rejects.toThrow(
        /driver another: the numbers will differ in their last bits/,
      );
      await part(4, { onProgress: (line) => lines.push(line) });
    } finally {
      (pjrt as PjrtInfo).driver = null;
    }
    expect(lines.filter((line) => line.includes("last bits"))).toHaveLength(1);
  });

  it("gives I-JEPA the same bits as N-JEPA with weights of zero", async () => {
    const plain = createTrainState(smoke({ objective: { method: "i-jepa" } }));
    const zero = createTrainState(smoke({ objective: { lambdaNT: 0, lambdaCN: 0 } }));
    expect(losses(await run(zero, 2))).toEqual(losses(await run(plain, 2)));
    expect(weights(zero)).toEqual(weights(plain));
    plain.dispose();
    zero.dispose();
  });

  it("copies inputs up and losses down, no weight, and leaves nothing behind", async () => {
    const state = createTrainState(smoke());
    const tensorsBefore = tf.memory().numTensors;
    const seen: { diagnosed: boolean; tensors: number; device: number; uploaded: number; downloaded: number }[] = [];
    for await (const { diagnostics } of train(state, data)) {
      const { uploadedBytes, downloadedBytes } = stats();
      const [tensors, device] = [tf.memory().numTensors, memory().deviceBytes];
      seen.push({
        diagnosed: diagnostics !== null,
        tensors,
        device,
        uploaded: uploadedBytes,
        downloaded: downloadedBytes,
      });
    }
    expect(tf.memory().numTensors).toBe(tensorsBefore);
    const held = Object.values(state.student).reduce((sum, { shape }) => sum + 4 * sizeFromShape(shape), 0);
    expect(seen.slice(2).some(({ diagnosed }) => diagnosed)).toBe(true);
    // 16 images of bytes, masks and a few scalars; the next batch may be there already.
    const inputs = 16 * 28 * 28 + 40_000;
    for (const [at, after] of seen.slice(2).entries()) {
      const before = seen[at + 1] as typeof after;
      expect([-9, 0, 9]).toContain(after.tensors - before.tensors);
      expect(Math.abs(after.device - before.device)).toBeLessThan(after.tensors === before.tensors ? 1 : inputs);
      expect(after.uploaded - before.uploaded).toBeLessThan(2 * inputs);
      // A diagnosis reads the weights once, for eager ops; no other step reads any.
      expect(after.downloaded - before.downloaded).toBeLessThan(after.diagnosed ? 2 * held : 2_000);
    }
    state.dispose();
  });
});
