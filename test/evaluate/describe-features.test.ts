import { beforeAll, describe, expect, it } from "vitest";
import { parseRun } from "../../lib/config";
import { ready, tf } from "../../lib/engine";
import { describeFeatures, viewLidar } from "../../lib/evaluate";
import { initializeParameters } from "../../lib/model";
import { rng } from "../../lib/random";
import { tinyImages } from "../train/tiny-images";
import { clusters, features } from "./features-by-hand";

beforeAll(() => ready());

describe("describeFeatures", () => {
  it("gives numbers worked out by hand for four points", () => {
    // Rows (3, 0), (−3, 0), (0, 1), (0, −1): singular values √18 and √2, shares 3/4 and 1/4, entropy
    // −¾·log ¾ − ¼·log ¼ = 0.5623, rank e^0.5623 = 1.7548. Of length 1, each feature has variance 1/2: std √½·√2 = 1.
    // Both classes' means are the mean: nothing lies between them.
    const cross = features(
      [
        [3, 0],
        [-3, 0],
        [0, 1],
        [0, -1],
      ],
      [0, 0, 1, 1],
    );
    const { rankMe, featureStd, classSeparation, count, width } = describeFeatures(cross);
    expect(rankMe).toBeCloseTo(1.7548, 3);
    expect(featureStd).toBeCloseTo(1, 5);
    expect([classSeparation, count, width]).toEqual([0, 4, 2]);
    // By other labels the means are (1.5, ½) and (−1.5, −½): 4·(2.25 + 0.25) of 18 + 2.
    expect(describeFeatures({ ...cross, labels: Int32Array.of(0, 1, 0, 1) }).classSeparation).toBeCloseTo(0.5, 6);
  });

  it("counts the variance of labelled images alone as between classes or within them", () => {
    // Labelled: 0 and 2, all of the variance between the two classes; the others lie far off.
    const rows = features(
      [
        [0, 1],
        [2, 1],
        [1, 90],
        [1, -90],
      ],
      [0, 1, -1, -1],
    );
    expect(describeFeatures(rows).classSeparation).toBeCloseTo(1, 6);
    expect(describeFeatures({ ...rows, labels: new Int32Array(4).fill(-1) }).classSeparation).toBeNull();
  });

  it("sees a collapse: one line, no spread, nothing between classes", () => {
    const collapsed = describeFeatures(features(Array(6).fill([1, 2, 3]), [0, 1, 2, 0, 1, 2]));
    expect(collapsed.rankMe).toBe(0);
    expect(collapsed.featureStd).toBeCloseTo(0, 3);
    expect(collapsed.classSeparation).toBeCloseTo(0, 6);
  });

  it("grows with the distance of the classes, and leaves no tensor behind", () => {
    const before = tf.memory().numTensors;
    const [near, far] = [1, 6].map((distance) =>
      describeFeatures(clusters({ count: 300, classes: 3, distance, seed: 1 })),
    );
    expect(far?.classSeparation).toBeGreaterThan((near?.classSeparation ?? 1) + 0.3);
    expect(tf.memory().numTensors).toBe(before);
  });
});

describe("viewLidar", () => {
  it("is a number of directions between 1 and the width, the same again for a seed, and leaves no tensor", async () => {
    const run = parseRun({ preset: "smoke", train: { compiler: "graph" } });
    const source = { run, parameters: () => initializeParameters(run.model, rng(1), "i-jepa") };
    const options = { images: 24, views: 4, seed: 3 };
    const found = await viewLidar(source, tinyImages(), options);
    const before = tf.memory().numTensors;
    expect(await viewLidar(source, tinyImages(), options)).toBe(found);
    expect(tf.memory().numTensors).toBe(before);
    expect(found).toBeGreaterThan(1);
    expect(found).toBeLessThan(run.model.embedDim);
    await expect(viewLidar(source, tinyImages(), { views: 1 })).rejects.toThrow(/two of each or more, got \d+ and 1/);
  });
});
