import { beforeAll, describe, expect, it } from "vitest";
import { ready, tf } from "../../lib/engine";
import { accuracy, fitLinearProbe, type LinearClassifier } from "../../lib/evaluate";
import { clusters, features } from "./features-by-hand";

beforeAll(() => ready());

describe("fitLinearProbe", () => {
  it("takes the step of SGD with momentum that is worked out by hand", async () => {
    // One batch of points +1 and −1 of classes 0 and 1, weights 0: both classes have probability 1/2, so the gradient of
    // the mean cross-entropy is Σ x·(p − y)/2 = (1·(−1/2) + (−1)·(1/2))/2 = −1/2 for class 0 and 1/2 for class 1; the
    // offset's is 0. Rate 128 is 128·2/256 = 1 for a batch of two, at epoch 0 of the cosine: W = [1/2, −1/2].
    const data = features([[1], [-1]], [0, 1]);
    const once = { epochs: 1, batchSize: 2, sgdMomentum: 0.9 };
    const [probe] = await fitLinearProbe(data, 2, [128], once, 0);
    expect(probe?.weights[0]).toBeCloseTo(0.5, 6);
    expect(probe?.weights[1]).toBeCloseTo(-0.5, 6);
    // The second epoch's rate is ½(1 + cos(π/2)) = 1/2. There p = 1/(1 + e^(−1)) for the right class, so the gradient is
    // −(1 − p); velocity = 0.9·(−1/2) − (1 − p), and W = 1/2 − 1/2·velocity.
    const p = 1 / (1 + Math.exp(-1));
    const [twice] = await fitLinearProbe(data, 2, [128], { ...once, epochs: 2 }, 0);
    expect(twice?.weights[0]).toBeCloseTo(0.5 - 0.5 * (0.9 * -0.5 - (1 - p)), 5);
  });

  it("trains each rate of a sweep as if it were alone", async () => {
    const train = clusters({ count: 64, classes: 3, distance: 2, seed: 1 });
    const config = { epochs: 3, batchSize: 16, sgdMomentum: 0.9 };
    const swept = await fitLinearProbe(train, 3, [0.1, 1], config, 5);
    for (const [index, rate] of [0.1, 1].entries()) {
      const [alone] = await fitLinearProbe(train, 3, [rate], config, 5);
      (alone as LinearClassifier).weights.forEach((weight, at) => {
        expect(swept[index]?.weights[at]).toBeCloseTo(weight, 4);
      });
    }
  });

  it("learns clusters that lie apart, and leaves no tensor behind", async () => {
    const before = tf.memory().numTensors;
    const [probe] = await fitLinearProbe(
      clusters({ count: 300, classes: 3, distance: 6, seed: 2 }),
      3,
      [1],
      { epochs: 20, batchSize: 64, sgdMomentum: 0.9 },
      0,
    );
    expect(
      accuracy(probe as LinearClassifier, clusters({ count: 300, classes: 3, distance: 6, seed: 3 })),
    ).toBeGreaterThan(0.98);
    expect(tf.memory().numTensors).toBe(before);
  });
});
