import { beforeAll, describe, expect, it } from "vitest";
import { parseRun } from "../../lib/config";
import { ready, tf } from "../../lib/engine";
import { TrainError } from "../../lib/errors";
import { collapse, createTrainState, diagnoseState, type TrainRecord, train } from "../../lib/train";
import { tinyImages } from "./tiny-images";

beforeAll(() => ready());

const data = tinyImages();
describe("collapse", () => {
  it("names each way to collapse", () => {
    const healthy = { featureStd: 0.1, rankMe: 10, deadShare: 0.2 };
    expect(collapse(healthy)).toBeNull();
    expect(collapse({ ...healthy, featureStd: 1e-4 })).toMatch(/all images look alike/);
    expect(collapse({ ...healthy, featureStd: Number.NaN })).toMatch(/all images look alike/);
    expect(collapse({ ...healthy, rankMe: 1.4 })).toMatch(/1.40 effective directions/);
    expect(collapse({ ...healthy, deadShare: 0.56 })).toMatch(/56 % of the dimensions are dead/);
  });
});

describe("diagnostics while training", () => {
  const run = (onCollapse: "tell" | "stop") =>
    parseRun({
      preset: "smoke",
      optimizer: { epochs: 1, batchSize: 16 },
      train: {
        compiler: "graph",
        contextBucket: 49,
        maxSteps: 4,
        diagnostics: { everySteps: 2, images: 32, onCollapse },
      },
    });

  it("stand in the records of their steps, are those of the state, and leave no tensor", async () => {
    const state = createTrainState(run("tell"));
    const records: TrainRecord[] = [];
    const before = tf.memory().numTensors;
    for await (const record of train(state, data)) records.push(record);
    expect(tf.memory().numTensors).toBe(before);
    expect(records.map(({ diagnostics }) => diagnostics !== null)).toEqual([false, true, false, true]);
    expect(records[3]?.diagnostics).toEqual(await diagnoseState(state, data.split("train")));
    expect(records[3]?.diagnostics?.teacherCosine).toBeGreaterThan(0.9);
  });

  it("begin with a teacher that is the student, and look at twice as many images as the encoder is wide", async () => {
    const state = createTrainState(run("tell"));
    const found = await diagnoseState(state, data.split("train"));
    // The preset's encoder is 32 wide.
    expect(found).toMatchObject({ teacherLag: 0, count: 64, width: 32, rankLimit: 32 });
    expect(found.teacherCosine).toBeCloseTo(1, 6);
    expect(found.targetByPosition + found.targetByImage).toBeGreaterThan(0);
    expect(found.targetByPosition + found.targetByImage).toBeLessThanOrEqual(1 + 1e-6);
    for await (const record of train(state, data))
      if (record.step === 4) expect(record.diagnostics?.teacherLag).toBeGreaterThan(0);
    state.dispose();
  });

  it("tell of a collapse, or stop at it", async () => {
    const collapsed = () => {
      const state = createTrainState(run("tell"));
      // A final norm without gain: every image gives the bias.
      const gain = state.student["encoder.norm.weight"];
      gain?.assign(tf.zeros([32]));
      state.student["encoder.norm.bias"]?.assign(tf.ones([32]));
      state.student["encoder.blocks.1.mlp.fc2.weight"]?.assign(tf.zeros([32, 128]));
      return state;
    };
    const before = collapsed();
    const found = await diagnoseState(before, data.split("train"));
    expect(found.collapsed).toMatch(/all images look alike/);
    const frozen = { ...before.run, optimizer: { ...before.run.optimizer, learningRate: 1e-12, startLearningRate: 0 } };
    const steps: number[] = [];
    const told: string[] = [];
    const take = async (onCollapse: "tell" | "stop") => {
      const state = createTrainState({ ...frozen, train: run(onCollapse).train });
      for (const [name, variable] of Object.entries(before.student)) state.student[name]?.assign(variable.read());
      for await (const { step } of train(state, data, { onProgress: (line) => told.push(line) })) steps.push(step);
    };
    await take("tell");
    expect(steps).toEqual([1, 2, 3, 4]);
    expect(told.filter((line) => line.startsWith("features collapsed at step")).length).toBe(2);
    await expect(take("stop")).rejects.toThrow(TrainError);
    expect(steps.slice(4)).toEqual([1, 2]);
  });
});
