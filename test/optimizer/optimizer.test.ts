import { readFileSync } from "node:fs";
import path from "node:path";
import { beforeAll, describe, expect, it } from "vitest";
import { OptimizerConfig } from "../../lib/config";
import { compile, createVariable, ready, tf } from "../../lib/engine";
import {
  adamWAssign,
  emaMomentum,
  emaUpdate,
  isDecayed,
  learningRate,
  squaredNorm,
  stepHyperparameters,
  weightDecay,
} from "../../lib/optimizer";
import { sizeFromShape } from "../../lib/shape";

beforeAll(() => ready());

interface Case {
  name: string;
  config: {
    ipe: number;
    epochs: number;
    warmup: number;
    ipe_scale: number;
    start_lr: number;
    lr: number;
    final_lr: number;
    wd: number;
    final_wd: number;
    ema: [number, number];
  };
  rows: { step: number; lr: number; wd: number; ema: number }[];
}

const { cases } = JSON.parse(readFileSync(path.join(__dirname, "..", "golden", "schedules.json"), "utf8")) as {
  cases: Case[];
};

function configOf({ config }: Case): OptimizerConfig {
  return OptimizerConfig.parse({
    epochs: config.epochs,
    batchSize: 1,
    startLearningRate: config.start_lr,
    learningRate: config.lr,
    finalLearningRate: config.final_lr,
    warmupEpochs: config.warmup,
    learningRateSchedule: "cosine",
    weightDecay: config.wd,
    finalWeightDecay: config.final_wd,
    emaMomentum: config.ema[0],
    finalEmaMomentum: config.ema[1],
    ipeScale: config.ipe_scale,
  });
}

describe.each(cases)("the schedules of $name", (golden) => {
  const config = configOf(golden);
  const { ipe } = golden.config;

  it("have the reference's values at every golden step", () => {
    expect(golden.rows.length).toBeGreaterThan(3);
    for (const { step, lr, wd, ema } of golden.rows) {
      expect(Math.abs(learningRate({ step, stepsPerEpoch: ipe }, config) - lr)).toBeLessThan(1e-12);
      expect(Math.abs(weightDecay({ step, stepsPerEpoch: ipe }, config) - wd)).toBeLessThan(1e-12);
      expect(Math.abs(emaMomentum({ step, stepsPerEpoch: ipe }, config) - ema)).toBeLessThan(1e-12);
    }
  });
});

describe("learningRate", () => {
  it("rises to the reference rate and stays there with `constant`", () => {
    const config = OptimizerConfig.parse({ epochs: 100, batchSize: 1, warmupEpochs: 40 });
    // 10 steps per epoch: warm-up of 400 steps from 1e-4 to 1e-3; half way 5.5e-4
    expect(learningRate({ step: 200, stepsPerEpoch: 10 }, config)).toBeCloseTo(5.5e-4, 12);
    expect(learningRate({ step: 400, stepsPerEpoch: 10 }, config)).toBe(1e-3);
    expect(learningRate({ step: 1000, stepsPerEpoch: 10 }, config)).toBe(1e-3);
  });
});

describe("stepHyperparameters", () => {
  it("has the bias corrections of its step", () => {
    const config = OptimizerConfig.parse({ epochs: 1, batchSize: 1, warmupEpochs: 0 });
    const {
      firstCorrection,
      secondCorrection,
      emaMomentum: momentum,
    } = stepHyperparameters({ step: 2, stepsPerEpoch: 10 }, config);
    expect(firstCorrection).toBeCloseTo(0.19, 12); // 1 − 0.9²
    expect(secondCorrection).toBeCloseTo(0.001999, 12); // 1 − 0.999²
    expect(momentum).toBeCloseTo(0.996 + 0.004 / 12.5, 12);
  });
});

describe("adamWAssign", () => {
  const numbers = { beta1: 0.9, beta2: 0.999, epsilon: 1e-8 };
  const scalars = () => ({
    learningRate: tf.scalar(0.1),
    weightDecay: tf.scalar(0.5),
    firstCorrection: tf.scalar(0.1),
    secondCorrection: tf.scalar(0.001),
  });
  const variables = () => ({
    parameter: createVariable(tf.tensor1d([2]), "parameter"),
    firstMoment: createVariable(tf.tensor1d([0]), "first_moment"),
    secondMoment: createVariable(tf.tensor1d([0]), "second_moment"),
  });
  const gradient = tf.tensor1d([3]);

  it("moves by the learning rate in the first step, after shrinking, by hand", () => {
    // shrink: 2·(1 − 0.1·0.5) = 1.9; moments 0.3 and 0.009; corrected 3 and 9; step 0.1·3/√9 = 0.1
    const { parameter, firstMoment, secondMoment } = variables();
    adamWAssign({ parameter, firstMoment, secondMoment }, gradient, scalars(), numbers);
    expect(parameter.read().dataSync()[0]).toBeCloseTo(1.8, 5);
    expect(firstMoment.read().dataSync()[0]).toBeCloseTo(0.3, 6);
    expect(secondMoment.read().dataSync()[0]).toBeCloseTo(0.009, 6);
  });

  it("does not shrink without weight decay", () => {
    const given = variables();
    adamWAssign(given, gradient, { ...scalars(), weightDecay: null }, numbers);
    expect(given.parameter.read().dataSync()[0]).toBeCloseTo(1.9, 5);
  });

  it("leaves no tensor behind", () => {
    const [given, rates] = [variables(), scalars()];
    const before = tf.memory().numTensors;
    tf.tidy(() => adamWAssign(given, gradient, rates, numbers));
    expect(tf.memory().numTensors).toBe(before);
  });
});

describe("isDecayed", () => {
  it("spares biases and gains and decays weights and mask tokens", () => {
    expect(isDecayed("encoder.norm.weight", [32])).toBe(false);
    expect(isDecayed("encoder.blocks.0.mlp.fc1.bias", [128])).toBe(false);
    expect(isDecayed("encoder.blocks.0.mlp.fc1.weight", [128, 32])).toBe(true);
    expect(isDecayed("predictor_c.mask_token", [1, 1, 16])).toBe(true);
  });
});

describe("emaUpdate", () => {
  it("keeps its momentum of the teacher, by hand", () => {
    // 0.75·4 + 0.25·8 = 5
    expect(emaUpdate(tf.scalar(4), tf.scalar(8), tf.scalar(0.75)).dataSync()[0]).toBeCloseTo(5, 6);
  });
});

describe("squaredNorm", () => {
  it.each(["xla", "graph"] as const)("is the sum of squares, whatever the size divides into (%s)", async (compiler) => {
    // 1² + 2² + … + n² = n(n + 1)(2n + 1)/6; 37 is prime, 60 splits in 30.
    for (const [shape, sum] of [
      [[37], 17575],
      [[3, 20], 73810],
      [[1], 1],
    ] as const) {
      const count = sizeFromShape(shape);
      const squared = compile((x: tf.Tensor) => squaredNorm(x), { compiler, precision: "bfloat16" });
      const x = tf.reshape(tf.range(1, count + 1, 1, "float32"), [...shape]);
      expect((await squared(x)).dataSync()[0]).toBe(sum);
      squared.dispose();
    }
  });
});
