import { beforeAll, describe, expect, it } from "vitest";
import { parseRun } from "../../lib/config";
import { ready, tf } from "../../lib/engine";
import { TrainError } from "../../lib/errors";
import { rng } from "../../lib/random";
import {
  collapse,
  createTrainState,
  diagnoseState,
  featureDiagnostics,
  type TrainRecord,
  train,
} from "../../lib/train";
import { tinyImages } from "./tiny-images";

beforeAll(() => ready());

const data = tinyImages();
const normal = (rows: number, columns: number, name = "features") => {
  const random = rng(5).fold(name);
  return tf.tensor2d(
    Float32Array.from({ length: rows * columns }, () => random.normal()),
    [rows, columns],
  );
};
const of = (features: tf.Tensor2D) => featureDiagnostics(features, features);

describe("featureDiagnostics", () => {
  it("has the numbers worked by hand: two equal directions, one dead dimension, a cosine of zero", () => {
    // Centered already: singular values 2 and 2, so exp(entropy of ½, ½) = 2; spread √½ in two dimensions, 0 in one.
    const features = tf.tensor2d([
      [Math.SQRT2, 0, 0],
      [-Math.SQRT2, 0, 0],
      [0, Math.SQRT2, 0],
      [0, -Math.SQRT2, 0],
    ]);
    const turned = tf.tensor2d([
      [0, 1, 0],
      [0, 1, 0],
      [1, 0, 0],
      [1, 0, 0],
    ]);
    const found = featureDiagnostics(features, turned);
    expect(found.rankMe).toBeCloseTo(2, 4);
    expect(found.featureStd).toBeCloseTo(1, 5);
    expect(found.deadShare).toBeCloseTo(1 / 3, 6);
    expect(found.teacherCosine).toBeCloseTo(0, 6);
    expect(found.collapsed).toBeNull();
  });

  it("does not change when features are scaled, and hardly when all are shifted", () => {
    const features = normal(64, 16);
    const found = of(features);
    expect(of(tf.mul(features, 100)).rankMe).toBeCloseTo(found.rankMe, 3);
    expect(of(tf.mul(features, 100)).featureStd).toBeCloseTo(found.featureStd, 5);
    expect(of(tf.add(features, 50)).rankMe).toBeCloseTo(found.rankMe, 2);
    expect(found.rankMe).toBeGreaterThan(13);
    expect(found.teacherCosine).toBeCloseTo(1, 5);
  });

  it("names each way to collapse", () => {
    expect(of(tf.add(tf.mul(normal(64, 16), 1e-4), 1)).collapsed).toMatch(/all images look alike/);
    expect(of(tf.fill([64, 16], 3) as tf.Tensor2D).collapsed).toMatch(/all images look alike/);
    expect(of(tf.matMul(normal(64, 1), normal(1, 16, "other"))).collapsed).toMatch(/effective directions/);
    const alive = tf.tensor2d([Array.from({ length: 16 }, (_, index) => (index < 7 ? 1 : 0))]);
    expect(of(tf.mul(normal(64, 16), alive)).collapsed).toMatch(/56 % of the dimensions are dead/);
    expect(collapse({ featureStd: 0.1, rankMe: 10, deadShare: 0.2 })).toBeNull();
    expect(collapse({ featureStd: Number.NaN, rankMe: 10, deadShare: 0 })).not.toBeNull();
  });
});

describe("diagnostics while training", () => {
  const run = (onCollapse: "tell" | "stop") =>
    parseRun({
      preset: "smoke",
      optimizer: { epochs: 1, batchSize: 16 },
      train: { compiler: "graph", maxSteps: 4, diagnostics: { everySteps: 2, images: 32, onCollapse } },
    });

  it("stand in the records of their steps, are those of the state, and leave no tensor", async () => {
    const state = createTrainState(run("tell"));
    const records: TrainRecord[] = [];
    const counts: number[] = [];
    for await (const record of train(state, data)) {
      records.push(record);
      counts.push(tf.memory().numTensors);
    }
    expect(records.map(({ diagnostics }) => diagnostics !== null)).toEqual([false, true, false, true]);
    expect(records[3]?.diagnostics).toEqual(await diagnoseState(state, data.split("train")));
    expect(records[3]?.diagnostics?.teacherCosine).toBeGreaterThan(0.9);
    expect(counts[3]).toBe(counts[1]);
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
