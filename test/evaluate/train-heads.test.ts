import { beforeAll, describe, expect, it } from "vitest";
import { ready, tf } from "../../lib/engine";
import {
  attentiveHeads,
  bestOf,
  type Features,
  featureBatches,
  linearHeads,
  mlpHeads,
  trainHeads,
} from "../../lib/evaluate";
import { rng } from "../../lib/random";
import { clusters, features } from "./features-by-hand";

beforeAll(() => ready());

/** Trains linear heads and gives the weights [width, rates, classes] and the curves. */
async function linear(
  train: Features,
  rates: number[],
  config: { epochs: number; batchSize: number; sgdMomentum: number },
  watch = train,
) {
  const classes = 1 + Math.max(...train.labels);
  const heads = linearHeads({ width: train.width, classes, rates: rates.length });
  const batches = featureBatches(train, config.batchSize, 5);
  const curves = await trainHeads(heads, rates, batches, watch, config);
  const tensor = heads.variables[0]?.read() as tf.Tensor;
  const weights = tensor.dataSync();
  tensor.dispose();
  heads.dispose();
  batches.dispose();
  const column = (rate: number) =>
    Array.from({ length: train.width * classes }, (_, at) => {
      const [feature, label] = [Math.floor(at / classes), at % classes];
      return weights[(feature * rates.length + rate) * classes + label] as number;
    });
  return { curves, column };
}

describe("trainHeads", () => {
  it("takes the step of SGD with momentum that is worked out by hand", async () => {
    // One batch of points +1 and −1 of classes 0 and 1, weights 0: both classes have probability 1/2, so the gradient of
    // the mean cross-entropy is Σ x·(p − y)/2 = (1·(−1/2) + (−1)·(1/2))/2 = −1/2 for class 0 and 1/2 for class 1; the
    // offset's is 0. Rate 128 is 128·2/256 = 1 for a batch of two, at epoch 0 of the cosine: W = [1/2, −1/2].
    const data = features([[1], [-1]], [0, 1]);
    const once = { epochs: 1, batchSize: 2, sgdMomentum: 0.9 };
    const first = await linear(data, [128], once);
    expect(first.column(0)[0]).toBeCloseTo(0.5, 6);
    expect(first.column(0)[1]).toBeCloseTo(-0.5, 6);
    expect(first.curves.trainLoss[0]?.[0]).toBeCloseTo(Math.log(2), 6);
    expect(first.curves.loss[0]?.[0]).toBeCloseTo(Math.log1p(Math.exp(-1)), 6);
    expect(first.curves.accuracy).toEqual([[1]]);
    // The second epoch's rate is ½(1 + cos(π/2)) = 1/2. There p = 1/(1 + e^(−1)) for the right class, so the gradient is
    // −(1 − p); velocity = 0.9·(−1/2) − (1 − p), and W = 1/2 − 1/2·velocity.
    const p = 1 / (1 + Math.exp(-1));
    const twice = await linear(data, [128], { ...once, epochs: 2 });
    expect(twice.column(0)[0]).toBeCloseTo(0.5 - 0.5 * (0.9 * -0.5 - (1 - p)), 5);
  });

  it("trains each rate of a sweep as if it were alone", async () => {
    const train = clusters({ count: 64, classes: 3, distance: 2, seed: 1 });
    const config = { epochs: 3, batchSize: 16, sgdMomentum: 0.9 };
    const swept = await linear(train, [0.1, 1, 3], config);
    for (const [index, rate] of [0.1, 1, 3].entries()) {
      const alone = await linear(train, [rate], config);
      alone.column(0).forEach((weight, at) => {
        expect(swept.column(index)[at]).toBeCloseTo(weight, 4);
      });
      expect(swept.curves.loss[2]?.[index]).toBeCloseTo(alone.curves.loss[2]?.[0] as number, 4);
    }
  });

  it("learns clusters that lie apart, and leaves no tensor behind", async () => {
    const before = tf.memory().numTensors;
    const far = { count: 300, classes: 3, distance: 6 };
    const { curves } = await linear(
      clusters({ ...far, seed: 2 }),
      [1],
      { epochs: 20, batchSize: 64, sgdMomentum: 0.9 },
      clusters({ ...far, seed: 3 }),
    );
    expect(curves.accuracy.at(-1)?.[0]).toBeGreaterThan(0.98);
    expect(tf.memory().numTensors).toBe(before);
  });
});

describe("mlpHeads", () => {
  it("learns what no linear classifier can: exclusive or", async () => {
    const corners = [
      [1, 1],
      [-1, -1],
      [1, -1],
      [-1, 1],
    ];
    const train = features(corners, [0, 0, 1, 1]);
    const before = tf.memory().numTensors;
    const batches = featureBatches(train, 4, 0);
    const config = { epochs: 60, sgdMomentum: 0.9 };
    const heads = mlpHeads({ width: 2, classes: 2, rates: 2, hidden: 16, seed: 0 });
    const curves = await trainHeads(heads, [1e-6, 20], batches, train, config);
    expect(curves.accuracy.at(-1)?.[1]).toBe(1);
    expect(curves.loss.at(-1)?.[1]).toBeLessThan(0.1);
    expect(curves.loss.at(-1)?.[0]).toBeCloseTo(Math.log(2), 1);
    heads.dispose();
    const line = await linear(train, [20], { ...config, batchSize: 4 });
    expect(line.curves.loss.at(-1)?.[0]).toBeCloseTo(Math.log(2), 3);
    batches.dispose();
    expect(tf.memory().numTensors).toBe(before);
  });
});

describe("attentiveHeads", () => {
  it("finds the one token that tells the class, whose place the mean does not know", async () => {
    // Four tokens of width 4: one, at a place of its own, has ±3 along axis 0 beside a mark along axis 1; another of the
    // same place-marked kind but without the mark has ∓3, so that the mean of tokens says nothing of the class.
    const random = rng(3).fold("tokens");
    const made = Array.from({ length: 240 }, (_, image) => {
      const sign = image % 2 === 0 ? 3 : -3;
      const tokens = Array.from({ length: 4 }, () => Array.from({ length: 4 }, () => 0.1 * random.normal()));
      const [marked, other] = random.permutation(4) as unknown as [number, number];
      (tokens[marked] as number[])[0] = sign;
      (tokens[marked] as number[])[1] = 3;
      (tokens[other] as number[])[0] = -sign;
      return tokens.flat();
    });
    const data = features(
      made,
      made.map((_, image) => image % 2),
    );
    const heads = attentiveHeads({ width: 16, tokens: 4, queries: 2, classes: 2, rates: 2, seed: 1 });
    const batches = featureBatches(data, 40, 1);
    const curves = await trainHeads(heads, [0.1, 3], batches, data, { epochs: 30, sgdMomentum: 0.9 });
    expect(Math.max(...(curves.accuracy.at(-1) as number[]))).toBeGreaterThan(0.95);
    heads.dispose();
    batches.dispose();
  });

  it("refuses queries that do not divide a token's width", () => {
    const shape = { width: 16, tokens: 4, queries: 3, classes: 2, rates: 1, seed: 1 };
    expect(() => attentiveHeads(shape)).toThrow(/queries is 3, which does not divide the 4 numbers/);
  });
});

describe("bestOf", () => {
  const best = (...scores: [accuracy: number, loss: number][]) =>
    bestOf(scores.map(([accuracy, loss]) => ({ accuracy, loss })));

  it("takes the most accurate, of equal ones that with the lowest loss, of equal losses the first", () => {
    expect(best([0.5, 1], [0.7, 3], [0.6, 0.1])).toBe(1);
    expect(best([0.5, 1], [0.7, 3], [0.7, 2], [0.7, 2])).toBe(2);
  });

  it("takes one that has diverged only where all have, though its first class be the most frequent", () => {
    expect(best([0.5, 1], [0.6, Number.NaN])).toBe(0);
    expect(best([0.6, Number.NaN], [0.5, 1], [0.9, Number.POSITIVE_INFINITY])).toBe(1);
    expect(best([0.6, Number.NaN], [0.7, Number.NaN])).toBe(0);
  });
});
