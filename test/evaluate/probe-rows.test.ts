import { describe, expect, it } from "vitest";
import { type ProbeResult, probePairs, probeRows, probeTables, summarize } from "../../lib/evaluate";

const result = (encoder: string, layers: string | null, fraction: number, accuracies: number[], last?: number) =>
  ({
    protocol: { name: "linear", dataset: "one" },
    features: encoder,
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
      result("raw-pixels", null, 1, [0.8]),
    ]);
    expect(several).toMatchObject({ features: "student", protocol: "linear", labels: 60, n: 2, atEdge: 1 });
    expect(several?.top1).toBeCloseTo(72, 9);
    expect(several?.std).toBeCloseTo(Math.sqrt(8), 9);
    expect(several?.last).toBeCloseTo(69, 9);
    expect(several?.chosen).toBe("learningRate 0.1 9*; epoch 4");
    expect(single).toMatchObject({ layers: null, top1: 80, n: 1, std: null, low: null, high: null, last: null });
  });
});

describe("probePairs", () => {
  it("pairs encoders under the same layers and fraction, any layers with pixels, and single subsets with none", () => {
    const results = [
      result("student", "last", 0.1, [0.7, 0.8]),
      result("student", "last4", 0.1, [0.75, 0.8]),
      result("teacher", "last", 0.1, [0.6, 0.71]),
      result("raw-pixels", null, 0.1, [0.5, 0.5]),
      result("student", "last", 1, [0.9]),
      result("raw-pixels", null, 1, [0.8]),
    ];
    const names = probePairs(results).map(({ better, than }) => [better.encoder, better.layers, than.encoder].join());
    expect(names).toEqual([
      "student,last,teacher",
      "student,last,raw-pixels",
      "student,last4,raw-pixels",
      "teacher,last,raw-pixels",
    ]);
    expect(probePairs(results)[0]?.mean).toBeCloseTo(0.095, 9);
  });
});

describe("probeTables", () => {
  it("shows accuracies, differences where subsets are several, and each row's protocol", () => {
    const some = [result("student", "last", 0.1, [0.7, 0.8]), result("teacher", "last", 0.1, [0.6, 0.71])];
    const tables = probeTables(some, { of: "of a checkpoint" }).map((it) => it.toText());
    expect(tables).toHaveLength(3);
    expect(tables[0]).toMatch(/Top-1 accuracy on the test images, of a checkpoint/);
    expect(tables[0]).toMatch(/student +last +linear +60 +75.00 ± 7.07/);
    // 10 and 9 points: the mean is 9.5.
    expect(tables[1]).toMatch(/student, last − teacher, last +linear +60 +9.50/);
    expect(probeTables([result("student", "last", 1, [0.7])])).toHaveLength(2);
  });
});
