import { beforeAll, describe, expect, it } from "vitest";
import { ready, tf } from "../../lib/engine";
import { knnRight, shareOf } from "../../lib/evaluate/classifiers/knn";
import { clusters, features } from "./features-by-hand";

beforeAll(() => ready());

describe("knnRight", () => {
  // Directions at 0°, 10°, 20° (class 0) and 60°, 90° (class 1).
  const at = (degrees: number) => [Math.cos((degrees * Math.PI) / 180), Math.sin((degrees * Math.PI) / 180)];
  const train = features([0, 10, 20, 60, 90].map(at), [0, 0, 0, 1, 1]);

  it("votes by the nearest directions, whatever their length", async () => {
    const test = features(
      [
        [at(5), 7],
        [at(70), 0.1],
      ].map(([x, size]) => (x as number[]).map((value) => value * (size as number))),
      [0, 1],
    );
    const options = { classes: 2, k: 1, temperature: 0.07 };
    expect([...(await knnRight({ train, test }, options))]).toEqual([1, 1]);
    const other = { ...test, labels: Int32Array.of(1, 1) };
    expect([...(await knnRight({ train, test: other }, options))]).toEqual([0, 1]);
  });

  it("weighs a near one against several far ones by the temperature, worked out by hand", async () => {
    // From 58° the class 1 lies at 2° and 32°, the class 0 at 38°, 48° and 58°. Cosines: 0.9994, 0.8480; 0.7880, 0.6691,
    // 0.5299. A high temperature counts heads, three against two; at 0.07 the sums are e^(14.28) + e^(12.11) against
    // e^(11.26) + e^(9.56) + e^(7.57): class 1.
    const test = features([at(58)], [1]);
    expect([...(await knnRight({ train, test }, { classes: 2, k: 5, temperature: 100 }))]).toEqual([0]);
    expect([...(await knnRight({ train, test }, { classes: 2, k: 5, temperature: 0.07 }))]).toEqual([1]);
    expect([...(await knnRight({ train, test }, { classes: 2, k: 50, temperature: 0.07 }))]).toEqual([1]);
  });

  it("takes no more memory for the votes of many classes than for as many similarities", async () => {
    const count = 20_000;
    const values = Float32Array.from({ length: count }, (_, row) => row % 200);
    const test = { values, labels: Int32Array.from(values), count, width: 1, dataset: "d" };
    const train = { ...test, values: values.slice(0, 200), labels: test.labels.slice(0, 200), count: 200 };
    const before = tf.memory().numBytes;
    const { peakBytes } = await tf.profile(async () => {
      await knnRight({ train, test }, { classes: 200, k: 20, temperature: 0.07 });
      return [];
    });
    // Votes and weighted votes of 2e7 float32 each; all at once, they would be four times as many.
    expect(peakBytes - before).toBeLessThan(2.5 * 4 * 2e7);
  });

  it("leaves no tensor behind", async () => {
    const data = clusters({ count: 90, classes: 3, distance: 6, seed: 0 });
    const before = tf.memory().numTensors;
    const right = await knnRight({ train: data, test: data }, { classes: 3, k: 5, temperature: 0.07 });
    expect(shareOf(right)).toBeGreaterThan(0.9);
    expect(tf.memory().numTensors).toBe(before);
  });
});
