import { beforeAll, describe, expect, it } from "vitest";
import { compile, ready, statelessNormal, statelessUniform, tf, uniformAt } from "../../lib/engine";
import { threefry } from "../../lib/engine/ops/random";
import { rng } from "../../lib/random";

beforeAll(() => ready());

const key = (...words: [number, number]) => tf.tensor1d(words, "int32");
const named = (name: string) => key(...rng(0).fold(name).key());
const compilers = ["xla", "graph"] as const;

describe("threefry", () => {
  // Counter, key and result of Random123's file kat_vectors, Threefry-2×32-20.
  const known = [
    ["00000000 00000000", "00000000 00000000", "6b200159 99ba4efe"],
    ["ffffffff ffffffff", "ffffffff ffffffff", "1cb996fc bb002be7"],
    ["243f6a88 85a308d3", "13198a2e 03707344", "c4923a9c 483df7a0"],
  ] as const;
  const words = (hex: string) => hex.split(" ").map((word) => Number.parseInt(word, 16) | 0);
  const shown = (tensor: tf.Tensor) =>
    Array.from(tensor.dataSync(), (word) => (word >>> 0).toString(16).padStart(8, "0")).join(" ");
  const run = (counter: tf.Tensor, from: tf.Tensor) => {
    const [low, high] = tf.unstack(counter) as [tf.Tensor, tf.Tensor];
    return tf.stack(threefry(low, from as tf.Tensor1D, high));
  };

  it.each(known)("gives the published words for counter %s and key %s", async (counter, from, expected) => {
    const inputs = [tf.tensor1d(words(counter), "int32"), tf.tensor1d(words(from), "int32")] as const;
    expect(shown(run(...inputs))).toBe(expected);
    for (const compiler of compilers) {
      const compiled = compile(run, { compiler });
      expect(shown(await compiled(...inputs))).toBe(expected);
      compiled.dispose();
    }
  });
});

describe("uniform draws", () => {
  it("are the same bits eagerly and under both compilers", async () => {
    const eager = statelessUniform([3, 1000], named("bits")).dataSync();
    for (const compiler of compilers) {
      const compiled = compile((from: tf.Tensor1D) => statelessUniform([3, 1000], from), { compiler });
      expect((await compiled(named("bits"))).dataSync()).toEqual(eager);
      compiled.dispose();
    }
  });

  it("are a function of key and counter alone", () => {
    const counters = tf.tensor2d(
      [
        [7, 0],
        [7, 3],
      ],
      [2, 2],
      "int32",
    );
    const [seven, zero, again, three] = uniformAt(counters, named("a")).dataSync();
    const all = statelessUniform([8], named("a")).dataSync();
    expect([seven, zero, again, three]).toEqual([all[7], all[0], all[7], all[3]]);
    expect(statelessUniform([8], named("b")).dataSync()).not.toEqual(all);
  });

  it("fill [0, 1) evenly: χ² of 100 cells, and of pairs of neighbors in 10 × 10", () => {
    const draws = statelessUniform([200_000], named("even")).dataSync();
    const cells = new Float64Array(100);
    const pairs = new Float64Array(100);
    const addTo = (counts: Float64Array, cell: number) => {
      counts[cell] = (counts[cell] as number) + 1;
    };
    for (const [index, draw] of draws.entries()) {
      expect(draw >= 0 && draw < 1).toBe(true);
      addTo(cells, Math.floor(draw * 100));
      if (index % 2) addTo(pairs, Math.floor(draw * 10) * 10 + Math.floor((draws[index - 1] as number) * 10));
    }
    const chiSquare = (counts: Float64Array) => {
      const expected = counts.reduce((sum, count) => sum + count, 0) / counts.length;
      return counts.reduce((sum, count) => sum + (count - expected) ** 2 / expected, 0);
    };
    // 99 degrees of freedom: 0.1 % lie above 148.2.
    expect(chiSquare(cells)).toBeLessThan(148.2);
    expect(chiSquare(pairs)).toBeLessThan(148.2);
  });
});

describe("normal draws", () => {
  it("are the same under both compilers but for rounding", async () => {
    const eager = statelessNormal([4000], named("normal")).dataSync();
    for (const compiler of compilers) {
      const compiled = compile((from: tf.Tensor1D) => statelessNormal([4000], from), { compiler });
      const drawn = (await compiled(named("normal"))).dataSync();
      for (const [index, value] of drawn.entries()) expect(value).toBeCloseTo(eager[index] as number, 5);
      compiled.dispose();
    }
  });

  it("are N(0, 1): largest distance to its distribution as Kolmogorov's, tails and moments", () => {
    const draws = Float64Array.from(statelessNormal([100_000], named("gauss")).dataSync()).sort();
    const count = draws.length;
    let distance = 0;
    for (const [rank, draw] of draws.entries()) {
      distance = Math.max(distance, Math.abs(distribution(draw) - (rank + 0.5) / count));
    }
    // Kolmogorov: 0.1 % of samples are farther than 1.95/√n.
    expect(distance).toBeLessThan(1.95 / Math.sqrt(count));
    const moment = (power: number) => draws.reduce((sum, draw) => sum + draw ** power, 0) / count;
    expect(Math.abs(moment(1))).toBeLessThan(4 / Math.sqrt(count));
    expect(Math.abs(moment(2) - 1)).toBeLessThan(4 * Math.sqrt(2 / count));
    expect(Math.abs(moment(4) - 3)).toBeLessThan(4 * Math.sqrt(96 / count));
    expect(draws[0] as number).toBeGreaterThan(-5.8);
    expect(draws[0] as number).toBeLessThan(-3.5);
  });

  it("leave no tensor behind but their result", () => {
    const from = named("leak");
    const before = tf.memory().numTensors;
    statelessNormal([5], from).dispose();
    expect(tf.memory().numTensors).toBe(before);
  });
});

/** Φ by Zelen and Severo's formula 26.2.17 in Abramowitz and Stegun, within 7.5e-8. */
function distribution(x: number): number {
  const t = 1 / (1 + 0.2316419 * Math.abs(x));
  const polynomial = t * (0.31938153 + t * (-0.356563782 + t * (1.781477937 + t * (-1.821255978 + t * 1.330274429))));
  const upper = (Math.exp((-x * x) / 2) / Math.sqrt(2 * Math.PI)) * polynomial;
  return x >= 0 ? 1 - upper : upper;
}
