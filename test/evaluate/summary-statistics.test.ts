import { describe, expect, it } from "vitest";
import { type ProbeResult, pairedDifference, summarize } from "../../lib/evaluate";
import { rng } from "../../lib/random";

describe("summarize", () => {
  it("gives mean, spread and the interval of Student's t by hand", () => {
    // 70, 72, 74: mean 72, spread 2; t(0.975, 2) = 4.303 times 2/√3.
    const { mean, std, interval, n } = summarize([70, 72, 74]);
    expect([mean, std, n]).toEqual([72, 2, 3]);
    expect(interval?.[0]).toBeCloseTo(72 - (4.303 * 2) / Math.sqrt(3), 3);
    expect(interval?.[1]).toBeCloseTo(72 + (4.303 * 2) / Math.sqrt(3), 3);
  });

  it("claims no spread for a single measurement", () => {
    expect(summarize([70])).toEqual({ mean: 70, std: null, interval: null, n: 1 });
  });

  it("agrees with tables of t: 2.0395 for 31, 2.0086 for 50, 1.9840 for 100 degrees", () => {
    for (const [freedom, t] of [
      [31, 2.0395],
      [50, 2.0086],
      [100, 1.984],
    ] as const) {
      const values = Array.from({ length: freedom + 1 }, (_, index) => index % 3);
      const { mean, std, interval, n } = summarize(values);
      expect((((interval?.[1] as number) - mean) * Math.sqrt(n)) / (std as number)).toBeCloseTo(t, 3);
    }
  });

  it.each([3, 5, 10])("covers the mean in 95 % of 4000 simulated studies of %i subsets", (n) => {
    const random = rng(n).fold("coverage");
    let covered = 0;
    for (let study = 0; study < 4000; study++) {
      const [low, high] = summarize(Array.from({ length: n }, () => 0.7 + 0.02 * random.normal())).interval as [
        number,
        number,
      ];
      if (low <= 0.7 && 0.7 <= high) covered++;
    }
    // Four standard errors of a share of 4000: 4·√(0.95·0.05/4000) = 0.0138.
    expect(Math.abs(covered / 4000 - 0.95)).toBeLessThan(0.0138);
  });
});

describe("pairedDifference", () => {
  const result = (accuracies: number[], other: Partial<ProbeResult> = {}) =>
    ({
      protocol: { dataset: "one" },
      fraction: 0.1,
      labels: 100,
      subsets: accuracies.map((accuracy, seed) => ({ seed, accuracy, chosen: {}, atEdge: [] })),
      ...other,
    }) as unknown as ProbeResult;

  it("takes differences subset by subset, so that what makes a subset hard cancels out", () => {
    const { mean, std, interval, differences, seeds } = pairedDifference(
      result([0.5, 0.7, 0.9]),
      result([0.48, 0.66, 0.84]),
    );
    expect(differences.map((value) => Number(value.toFixed(9)))).toEqual([0.02, 0.04, 0.06]);
    expect(mean).toBeCloseTo(0.04, 9);
    expect(std).toBeCloseTo(0.02, 9);
    expect(interval?.[0]).toBeCloseTo(0.04 - (4.303 * 0.02) / Math.sqrt(3), 5);
    expect(seeds).toEqual([0, 1, 2]);
  });

  it("refuses two results on different subsets, saying in what they differ", () => {
    expect(() => pairedDifference(result([0.5, 0.7]), result([0.5, 0.7, 0.9], { fraction: 0.2, labels: 200 }))).toThrow(
      /fraction: 0.1 and 0.2; labels: 100 and 200; subset seeds: 0,1 and 0,1,2/,
    );
  });
});
