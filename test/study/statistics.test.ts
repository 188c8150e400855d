import { describe, expect, it } from "vitest";
import { rng } from "../../lib/random";
import { tPower, tQuantile, tTwoSided } from "../../lib/study/statistics/distributions";
import { detectable, type Effect, effectOf } from "../../lib/study/statistics/effect";
import { holm } from "../../lib/study/statistics/holm";
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

  const models = [
    { S: 3, K: 1, spread: { seed: 1 } },
    { S: 6, K: 1, spread: { seed: 1 } },
    { S: 4, K: 5, spread: { seed: 1, rest: 0.5 } },
    { S: 6, K: 5, spread: { seed: 1, subset: 1, rest: 1 } },
    { S: 6, K: 5, spread: { seed: 0.3, subset: 1, rest: 0.3 } },
  ];
  it.each(models)(
    "covers the truth in 95 ± 1.5 % of 4000 draws, at $S seeds × $K subsets, $spread",
    ({ S, K, spread }) => {
      const next = normals(`${S}${K}${JSON.stringify(spread)}`);
      let covered = 0;
      for (let turn = 0; turn < 4000; turn++) {
        const { interval } = effectOf(draw(next, S, K, { mean: 2, ...spread })) as Effect;
        if (interval[0] <= 2 && 2 <= interval[1]) covered++;
      }
      expect(covered / 4000).toBeGreaterThan(0.935);
      expect(covered / 4000).toBeLessThan(0.965);
    },
  );
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
});

describe("holm", () => {
  it("multiplies the smallest by all, the next by one less, and never turns the order, by hand", () => {
    expect(holm([0.01, 0.04, 0.03])).toEqual([0.03, 0.06, 0.06]);
    expect(holm([0.01], 12)).toEqual([0.12]);
    expect(holm([0.5, 0.6])).toEqual([1, 1]);
  });
});
