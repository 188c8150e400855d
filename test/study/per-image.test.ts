import { describe, expect, it } from "vitest";
import { packRight, unpackRight } from "../../lib/evaluate";
import { rng } from "../../lib/random";
import { imagePairs, openStudy } from "../../lib/study";
import { type ImageEffect, imageEffect, mcNemar } from "../../lib/study/statistics/per-image";
import { simulated } from "./simulated";
import { smallStudy } from "./small-study";

describe("packRight", () => {
  it("keeps a bit for each image, the first one lowest, by hand", () => {
    // 1·1 + 0·2 + 1·4 + 1·8 = 13, and the ninth image is the lowest bit of the second byte
    const right = [1, 0, 1, 1, 0, 0, 0, 0, 1];
    expect(packRight(right)).toEqual({ images: 9, bits: Buffer.from([13, 1]).toString("base64") });
    expect([...unpackRight(packRight(right))]).toEqual(right);
    // 10,000 images are 1,668 characters.
    expect(packRight(new Uint8Array(10_000)).bits.length).toBe(1668);
  });
});

describe("mcNemar", () => {
  it("is the binomial test of the images that one classifier alone tells right, by hand", () => {
    // 1 of 6: 2·(1 + 6)/64
    expect(mcNemar(5, 1)).toBeCloseTo(14 / 64, 12);
    expect(mcNemar(1, 5)).toBeCloseTo(14 / 64, 12);
    expect(mcNemar(3, 3)).toBe(1);
    expect(mcNemar(0, 0)).toBe(1);
    // scipy.stats.binomtest(2100, 4000).pvalue
    expect(mcNemar(2100, 1900)).toBeCloseTo(0.0016493, 6);
  });

  it("says p ≤ .05 of at most 5 % of pairs that are equally good", () => {
    const next = rng(3);
    let found = 0;
    for (let turn = 0; turn < 4000; turn++) {
      const above = Array.from({ length: 60 }).filter(() => next.uniform() < 0.5).length;
      if (mcNemar(above, 60 - above) <= 0.05) found++;
    }
    expect(found / 4000).toBeLessThanOrEqual(0.05);
  });
});

describe("imageEffect", () => {
  it("takes an image's mean over the pairs of trainings, and images as the sample, by hand", () => {
    const above = packRight([1, 1, 1, 0]);
    const below = packRight([0, 1, 0, 1]);
    // Differences 1, 0, 1, −1: mean .25, standard deviation √(2.75/3) = .9574, over √4
    const effect = imageEffect([{ above, below }]);
    expect(effect?.mean).toBeCloseTo(25, 9);
    expect(effect?.interval[1]).toBeCloseTo(25 + 196 * (0.957427 / 2), 3);
    expect(effect).toMatchObject({ onlyAbove: 0.5, onlyBelow: 0.25, p: [1], better: [1] });
    // The same images in two pairs of trainings are no more images.
    expect(
      imageEffect([
        { above, below },
        { above, below },
      ])?.interval,
    ).toEqual(effect?.interval);
  });

  it("covers the truth in 95 ± 1 % of 4000 test sets of which two classifiers share what is hard", () => {
    const next = rng(11);
    let covered = 0;
    for (let turn = 0; turn < 4000; turn++) {
      const hard = Array.from({ length: 300 }, () => next.uniform());
      const told = (share: number) => packRight(hard.map((at) => (0.7 * at + 0.3 * next.uniform() < share ? 1 : 0)));
      const effect = imageEffect([{ above: told(0.6), below: told(0.5) }]);
      const [low, high] = (effect as ImageEffect).interval;
      if (low <= TRUTH && TRUTH <= high) covered++;
    }
    expect(covered / 4000).toBeGreaterThan(0.94);
    expect(covered / 4000).toBeLessThan(0.96);
  });
});

/** 0.7·u + 0.3·v is below .5 in half of the cases, below .6 in (.6 − .15)/.7 of them: u and v uniform, between .3 and .7 linear. */
const TRUTH = 100 * ((0.6 - 0.15) / 0.7 - 0.5);

describe("imagePairs", () => {
  it("pairs the trainings of a seed and the subsets of a place, in whatever order they stand", () => {
    const study = openStudy(smallStudy(), { preset: "demo", seeds: [0, 1] });
    const results = simulated(study, () => 50);
    const right = (row: string, seed: number) => [packRight(row === "N-JEPA" ? [1, seed, 1] : [1, seed, 0])];
    const cells = results.cells.map((cell) => ({
      ...cell,
      seeds: cell.seeds.map((one) => ({ ...one, right: right(cell.row, one.seed) })),
    }));
    const turned = cells.map((cell) => (cell.row === "I-JEPA" ? { ...cell, seeds: [...cell.seeds].reverse() } : cell));
    for (const one of [cells, turned]) {
      const effect = imagePairs(
        { ...results, cells: one },
        { above: "N-JEPA", below: "I-JEPA", column: "top-1", paper: null },
      );
      expect(effect).toMatchObject({ images: 3, onlyAbove: 1 / 3, onlyBelow: 0 });
    }
    expect(imagePairs(results, { above: "N-JEPA", below: "I-JEPA", column: "top-1", paper: null })).toBeNull();
    // A row without seeds pairs with every seed, whichever side it is on.
    const pixels = cells.map((cell) =>
      cell.row === "I-JEPA" ? { ...cell, seedless: true, seeds: cell.seeds.slice(0, 1) } : cell,
    );
    for (const [above, below] of [
      ["I-JEPA", "N-JEPA"],
      ["N-JEPA", "I-JEPA"],
    ] as const)
      expect(imagePairs({ ...results, cells: pixels }, { above, below, column: "top-1", paper: null })?.p).toHaveLength(
        2,
      );
  });
});
