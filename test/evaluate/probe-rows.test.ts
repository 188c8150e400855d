import { describe, expect, it } from "vitest";
import { type ProbeResult, probePairs, probeRows, summarize } from "../../lib/evaluate";

const result = (encoder: string, layers: string | null, fraction: number, accuracies: number[], last?: number) =>
  ({
    protocol: { name: "linear", dataset: "one" },
    encoder,
    layers,
    fraction,
    labels: 600 * fraction,
    subsets: accuracies.map((accuracy, seed) => ({
      seed,
      accuracy,
      ...(last === undefined ? {} : { last }),
      chosen: { learningRate: seed === 0 ? 0.1 : 9, epoch: 4 },
      atEdge: seed === 0 ? [] : ["learningRate"],
    })),
    ...summarize(accuracies),
  }) as unknown as ProbeResult;

describe("probeRows", () => {
  it("gives percent, the interval's ends, the last epoch and what was chosen, edges marked", () => {
    const [several, single] = probeRows([
      result("student", "last", 0.1, [0.7, 0.74], 0.69),
      result("pixels", null, 1, [0.8]),
    ]);
    expect(several).toMatchObject({ encoder: "student", protocol: "linear", labels: 60 });
    expect(several?.top1.value).toBeCloseTo(72, 9);
    expect(several?.top1.spread).toBeCloseTo(Math.sqrt(8), 9);
    expect(several?.last).toBeCloseTo(69, 9);
    expect(several?.chosen).toBe("learningRate 0.1 9*; epoch 4");
    expect(single).toMatchObject({ layers: null, top1: { value: 80, n: 1 }, low: null, high: null, last: null });
    expect(single?.top1).not.toHaveProperty("spread");
  });
});

describe("probePairs", () => {
  it("pairs encoders under the same layers and fraction, any layers with pixels, and single subsets with none", () => {
    const results = [
      result("student", "last", 0.1, [0.7, 0.8]),
      result("student", "last4", 0.1, [0.75, 0.8]),
      result("teacher", "last", 0.1, [0.6, 0.71]),
      result("pixels", null, 0.1, [0.5, 0.5]),
      result("student", "last", 1, [0.9]),
      result("pixels", null, 1, [0.8]),
    ];
    const names = probePairs(results).map(({ better, than }) => [better.encoder, better.layers, than.encoder].join());
    expect(names).toEqual([
      "student,last,teacher",
      "student,last,pixels",
      "student,last4,pixels",
      "teacher,last,pixels",
    ]);
    expect(probePairs(results)[0]?.mean).toBeCloseTo(0.095, 9);
  });
});
