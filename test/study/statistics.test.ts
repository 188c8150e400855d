import { describe, expect, it } from "vitest";
import { tQuantile, tTwoSided } from "../../lib/evaluate";
import { rng } from "../../lib/random";
import { type Effect, effectOf } from "../../lib/study/statistics/effect";
import { holm } from "../../lib/study/statistics/holm";
import { detectable, tPower } from "../../lib/study/statistics/power";
import { seedsForSignFlip, signFlip } from "../../lib/study/statistics/sign-flip";

/** A stream of normal numbers. */
function normals(name: string): () => number {
  const source = rng(17).fold(name);
  return () => source.normal();
}

/** Differences mean + seed + subset + rest, of these standard deviations. */
function draw(next: () => number, S: number, K: number, { mean = 0, seed = 0, subset = 0, rest = 0 }): number[][] {
  const ofSubset = Array.from({ length: K }, () => subset * next());
  return Array.from({ length: S }, () => {
    const ofSeed = seed * next();
    return ofSubset.map((value) => mean + ofSeed + value + rest * next());
  });
}

describe("effectOf", () => {
  it("is the paired t test where there is one subset, by hand", () => {
    // Differences 2, 3 and 4: mean 3, standard error 1/√3, t = 5.196 with 2 degrees of freedom: p = .0351
    const effect = effectOf([[2], [3], [4]]) as Effect;
    expect(effect.interval[0]).toBeCloseTo(3 - 4.3027 / Math.sqrt(3), 3);
    expect(effect.p).toBeCloseTo(0.03511, 4);
    expect(effect.exact).toEqual({ p: 0.25, least: 0.25 });
    // t(.95, 2) = 2.920
    expect(effect.equivalence).toBeCloseTo(3 + 2.92 / Math.sqrt(3), 3);
  });

  it("counts a subset that is hard for one row once, and not once for each seed", () => {
    // Seeds agree, subsets differ: means 1 and 3 of two subsets are all that there is, t(.975, 1) = 12.706.
    const effect = effectOf([
      [1, 3.001],
      [1, 3],
      [1.001, 3],
    ]) as Effect;
    expect(effect.freedom).toBeCloseTo(1, 2);
    expect(effect.interval[1] - effect.mean).toBeCloseTo(12.706, 1);
  });

  it("has nothing to say of one seed, or of differences that are all the same", () => {
    expect(effectOf([[1, 2]])).toBeNull();
    expect(effectOf([[1], [1], [1]])).toBeNull();
  });

  /** Share of 20,000 intervals that hold the true mean. */
  function coverage(S: number, K: number, spread: { seed?: number; subset?: number; rest?: number }): number {
    const next = normals(`${S}${K}${JSON.stringify(spread)}`);
    let covered = 0;
    for (let turn = 0; turn < 20_000; turn++) {
      const { interval } = effectOf(draw(next, S, K, { mean: 2, ...spread })) as Effect;
      if (interval[0] <= 2 && 2 <= interval[1]) covered++;
    }
    return covered / 20_000;
  }

  // 20,000 draws know the share to ± 0.3 %.
  it.each([
    { S: 3, K: 1, spread: { seed: 1 } },
    { S: 6, K: 1, spread: { seed: 1 } },
    { S: 4, K: 5, spread: { seed: 1, rest: 0.3 } },
    { S: 6, K: 5, spread: { subset: 1, rest: 0.3 } },
    { S: 6, K: 5, spread: { seed: 0.3, subset: 1, rest: 0.3 } },
    { S: 6, K: 3, spread: { seed: 0.3, subset: 1, rest: 0.3 } },
  ])("covers the truth in 95 ± 1 % at $S seeds × $K subsets, $spread", ({ S, K, spread }) => {
    const share = coverage(S, K, spread);
    expect(share).toBeGreaterThan(0.94);
    expect(share).toBeLessThan(0.96);
  });

  it.each([
    { S: 4, K: 5, spread: { seed: 1, subset: 1, rest: 1 } },
    { S: 4, K: 3, spread: { rest: 1 } },
  ])("covers it more often, and never less, where nothing dominates: $S seeds × $K subsets, $spread", (model) => {
    expect(coverage(model.S, model.K, model.spread)).toBeGreaterThan(0.96);
  });
});

describe("detectable", () => {
  it("is what a test of that level finds in 80 % of 2000 draws", () => {
    const next = normals("power");
    // Six seeds of standard deviation 1, level .05/19: the standard error is known here, 1/√6.
    const level = 0.05 / 19;
    const effect = { standardError: 1 / Math.sqrt(6), freedom: 5 } as Effect;
    const mean = detectable(effect, level);
    let found = 0;
    for (let turn = 0; turn < 2000; turn++)
      if ((effectOf(draw(next, 6, 1, { mean, seed: 1 })) as Effect).p <= level) found++;
    expect(found / 2000).toBeGreaterThan(0.77);
    expect(found / 2000).toBeLessThan(0.83);
    expect(tPower(0, 5, level)).toBeCloseTo(level, 3);
  });
});

describe("the distributions", () => {
  it("are those of the tables", () => {
    expect(tQuantile(0.975, 4)).toBeCloseTo(2.776445, 5);
    expect(tQuantile(0.975, 1)).toBeCloseTo(12.7062, 3);
    expect(tTwoSided(-2.776445, 4)).toBeCloseTo(0.05, 6);
  });
});

describe("signFlip", () => {
  it("counts signs: five seeds never pass 0.05, six reach 0.031, Holm's first step over twelve needs nine", () => {
    expect(signFlip([1, 2, 3, 4, 5])).toEqual({ p: 2 / 32, least: 2 / 32 });
    expect(signFlip([1, 2, 3, 4, 5, 6]).p).toBeCloseTo(0.03125, 6);
    // −1 + 2 + 3: 4 of 6; as far are ±(1+2+3), ±(−1+2+3): 4 of 8
    expect(signFlip([-1, 2, 3]).p).toBe(0.5);
    expect(seedsForSignFlip(12)).toBe(9);
  });

  it("counts as many as there are by trying each choice of signs", () => {
    const next = normals("signs");
    for (let n = 2; n <= 9; n++) {
      const values = Array.from({ length: n }, () => Math.round(4 * next()));
      const sums = Array.from({ length: 2 ** n }, (_, signs) =>
        Math.abs(values.reduce((sum, value, at) => sum + (signs & (1 << at) ? value : -value), 0)),
      );
      const seen = Math.abs(values.reduce((sum, value) => sum + value, 0));
      expect(signFlip(values).p).toBe(sums.filter((sum) => sum >= seen).length / 2 ** n);
    }
    // All of 30 seeds one way: 2 of 2³⁰.
    expect(signFlip(Array(30).fill(0.1)).p).toBe(2 / 2 ** 30);
  });
});

describe("holm", () => {
  it("multiplies the smallest by all, the next by one less, and never turns the order, by hand", () => {
    expect(holm([0.01, 0.04, 0.03])).toEqual([0.03, 0.06, 0.06]);
    expect(holm([0.01], 12)).toEqual([0.12]);
    expect(holm([0.5, 0.6])).toEqual([1, 1]);
  });
});
