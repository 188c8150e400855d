import { beforeAll, describe, expect, it } from "vitest";
import { ready } from "../../lib/engine";
import { type Features, lowShot, summarize } from "../../lib/evaluate";
import { rng } from "../../lib/random";
import { clusters, features } from "./features-by-hand";

beforeAll(() => ready());

const near = { count: 400, classes: 4, distance: 3 };
const data = { train: clusters({ ...near, seed: 1 }), test: clusters({ ...near, seed: 2 }) };
const linear = { protocol: "linear", epochs: 10, batchSize: 64 } as const;

function withLabels(from: Features, labels: Int32Array): Features {
  return { ...from, labels };
}

describe("lowShot", () => {
  it.each([{ protocol: "logreg" } as const, linear])(
    "tells clusters apart from a tenth of the labels: $protocol",
    async (protocol) => {
      const result = await lowShot(data, { ...protocol, fraction: 0.1, subsets: 3, seed: 7 });
      expect(result).toMatchObject({ fraction: 0.1, labels: 40, n: 3, seeds: [7, 8, 9] });
      expect(result.mean).toBeGreaterThan(80);
      expect(result.mean).toBeCloseTo(result.accuracies.reduce((sum, value) => sum + value, 0) / 3, 9);
    },
  );

  it.each([{ protocol: "logreg" } as const, linear])(
    "is at chance when the training labels are permuted: $protocol",
    async (protocol) => {
      const order = rng(0).fold("permuted").permutation(400);
      const permuted = withLabels(
        data.train,
        data.train.labels.map((_, index) => data.train.labels[order[index] as number] as number),
      );
      const { mean } = await lowShot({ train: permuted, test: data.test }, { ...protocol, fraction: 0.5, subsets: 4 });
      // A quarter; one run's standard error is that of 4 classes shared out at random over 4 clusters, at most 25 points.
      expect(Math.abs(mean - 25)).toBeLessThan(25);
    },
  );

  it("never chooses a setting by test labels: other test labels change accuracies and nothing else", async () => {
    const options = { protocol: "logreg", fraction: 0.2, subsets: 3 } as const;
    const honest = await lowShot(data, options);
    const shifted = withLabels(
      data.test,
      data.test.labels.map((label) => (label + 1) % 4),
    );
    const other = await lowShot({ train: data.train, test: shifted }, options);
    expect(other.settings).toEqual(honest.settings);
    expect(other.mean).toBeLessThan(20);
  });

  it("repeats itself for a seed", async () => {
    const options = { ...linear, fraction: 0.1, subsets: 2, seed: 3 };
    expect(await lowShot(data, options)).toEqual(await lowShot(data, options));
  });

  it("changes nothing when features are scaled and shifted, since it standardizes by the training part", async () => {
    const moved = (from: Features) => ({ ...from, values: from.values.map((value) => 40 * value - 7) });
    const options = { protocol: "logreg", fraction: 0.2, subsets: 2 } as const;
    const [plain, other] = [
      await lowShot(data, options),
      await lowShot({ train: moved(data.train), test: moved(data.test) }, options),
    ];
    other.accuracies.forEach((value, index) => {
      // Float32 may turn a point that lies on a border: one of 400 is 0.25.
      expect(Math.abs(value - (plain.accuracies[index] ?? Number.NaN))).toBeLessThanOrEqual(0.5);
    });
  });

  it("says the protocol in one sentence, with where the setting was chosen", async () => {
    const { protocol } = await lowShot(data, { protocol: "logreg", fraction: 0.1, subsets: 2 });
    expect(protocol).toMatch(
      /by hand.*logistic regression.*20 % of the training labels.*2 class-balanced subsets of 10 %/,
    );
  });

  it("says so when a subset has no label to hold out", async () => {
    await expect(lowShot(data, { fraction: 0.01, subsets: 1 })).rejects.toThrow("A subset of 4 labels is too small");
    const single = await lowShot(data, { fraction: 0.01, subsets: 1, protocol: "logreg", penalties: [1] });
    expect(single.settings).toEqual([1]);
  });

  it("names train and test features of different widths", async () => {
    await expect(lowShot({ train: data.train, test: features([[1]], [0]) }, { fraction: 0.1 })).rejects.toThrow(
      /Training features are 6 wide, test features 1/,
    );
  });
});

describe("summarize", () => {
  it("gives mean, spread and the interval of Student's t by hand", () => {
    // 70, 72, 74: mean 72, spread 2; t(0.975, 2) = 4.303 times 2/√3.
    const { mean, std, interval95, n } = summarize([70, 72, 74]);
    expect([mean, std, n]).toEqual([72, 2, 3]);
    expect(interval95).toBeCloseTo((4.303 * 2) / Math.sqrt(3), 3);
  });

  it("claims no spread for a single measurement", () => {
    expect(summarize([70])).toEqual({ mean: 70, std: null, interval95: null, n: 1 });
  });
});
