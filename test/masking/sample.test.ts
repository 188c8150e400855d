import { describe, expect, it } from "vitest";
import { blockSize, MaskingConfig } from "../../lib/config";
import { ConfigError } from "../../lib/errors";
import { type PatchMasks, placeContext, sampleMasks, targetSizes } from "../../lib/masking";
import { rng } from "../../lib/random";

const grid = { height: 14, width: 14 };
const reference = MaskingConfig.parse({});

function contextOf(masks: PatchMasks, image: number): number[] {
  const start = image * masks.contextPatches;
  return [...masks.context.subarray(start, start + (masks.contextLength[image] as number))];
}

function targetOf(masks: PatchMasks, block: number, image: number): number[] {
  const start = (block * masks.images + image) * masks.targetPatches;
  return [...masks.targets.subarray(start, start + masks.targetPatches)];
}

describe("sampleMasks", () => {
  it("gives the block sizes of the reference for steps 0 to 15", () => {
    const sizes = Array.from({ length: 16 }, (_, step) => sampleMasks(grid, { images: 1, seed: 0, step }, reference));
    const golden = "6,6 7,5 7,5 5,6 6,5 7,5 6,5 6,5 6,5 7,5 6,5 5,6 6,5 5,6 6,5 6,6";
    expect(sizes.map((masks) => masks.targetSize.join()).join(" ")).toBe(golden);
    for (const masks of sizes) expect(masks.contextSize).toEqual([13, 13]);
  });

  it("draws area and aspect apart with `independent`: four of the generator's numbers and not two", () => {
    // Seed 0 gives 0.4963, 0.7682, 0.0885, 0.1320. Target: ⌊196 · 0.1748⌋ = 34 patches, ratio 1.3262, so √45.1 × √25.6;
    // context: ⌊196 · 0.8633⌋ = 169 patches, square.
    const { targetSize, contextSize } = sampleMasks(
      grid,
      { images: 1, seed: 0, step: 0 },
      { ...reference, sizeDraws: "independent" },
    );
    expect([targetSize, contextSize]).toEqual([
      [7, 5],
      [13, 13],
    ]);
  });

  it("shares no patch between a context and its image's targets, and gives ascending patches of the grid", () => {
    for (const contextTruncation of ["batch-min", "none"] as const) {
      const masks = sampleMasks(grid, { images: 16, seed: 3, step: 7 }, { ...reference, contextTruncation });
      for (let image = 0; image < 16; image++) {
        const context = contextOf(masks, image);
        expect(context).toEqual([...new Set(context)].sort((a, b) => a - b));
        for (let block = 0; block < 4; block++) {
          const target = targetOf(masks, block, image);
          expect(target.filter((patch) => context.includes(patch))).toEqual([]);
          expect(Math.min(...target, ...context)).toBeGreaterThanOrEqual(0);
          expect(Math.max(...target, ...context)).toBeLessThan(196);
        }
      }
    }
  });

  it("makes every target a full rectangle of the step's size", () => {
    const masks = sampleMasks(grid, { images: 4, seed: 0, step: 0 }, reference);
    for (let image = 0; image < 4; image++) {
      const target = targetOf(masks, 2, image);
      const first = target[0] as number;
      const rectangle = Array.from({ length: 36 }, (_, index) => first + Math.floor(index / 6) * 14 + (index % 6));
      expect(target).toEqual(rectangle);
    }
  });

  it("reaches every edge with `inclusive`, and never the last row or column with `reference`", () => {
    for (const positionRange of ["inclusive", "reference"] as const) {
      const rows = new Set<number>();
      const columns = new Set<number>();
      const contextRows = new Set<number>();
      for (let step = 0; step < 30; step++) {
        const masks = sampleMasks(grid, { images: 8, seed: 1, step }, { ...reference, positionRange });
        for (const patch of masks.targets) {
          rows.add(Math.floor(patch / 14));
          columns.add(patch % 14);
        }
        for (const patch of masks.context) contextRows.add(Math.floor(patch / 14));
      }
      const last = positionRange === "inclusive" ? 13 : 12;
      for (const reached of [rows, columns]) expect([Math.min(...reached), Math.max(...reached)]).toEqual([0, last]);
      expect(Math.max(...contextRows)).toBeLessThanOrEqual(last);
    }
  });

  it("takes the whole grid as the largest context with `inclusive`", () => {
    const config = { ...reference, positionRange: "inclusive" as const, contextScale: [1, 1] as [number, number] };
    expect(sampleMasks(grid, { images: 1, seed: 0, step: 0 }, config).contextSize).toEqual([14, 14]);
  });

  it("cuts every context to the batch's shortest, from its end, with `batch-min`", () => {
    const cut = sampleMasks(grid, { images: 16, seed: 0, step: 5 }, reference);
    const whole = sampleMasks(grid, { images: 16, seed: 0, step: 5 }, { ...reference, contextTruncation: "none" });
    expect(cut.contextPatches).toBe(Math.min(...whole.contextLength));
    expect(whole.contextPatches).toBe(Math.max(...whole.contextLength));
    for (let image = 0; image < 16; image++) {
      expect(contextOf(cut, image)).toEqual(contextOf(whole, image).slice(0, cut.contextPatches));
      const padding = whole.context.subarray(
        image * whole.contextPatches + (whole.contextLength[image] as number),
        (image + 1) * whole.contextPatches,
      );
      for (const patch of padding) expect(patch).toBe(contextOf(whole, image).at(-1));
    }
  });

  it("is a function of seed and step; an image's targets do not depend on the batch", () => {
    const masks = sampleMasks(grid, { images: 4, seed: 9, step: 2 }, reference);
    expect(sampleMasks(grid, { images: 4, seed: 9, step: 2 }, reference)).toEqual(masks);
    expect(sampleMasks(grid, { images: 4, seed: 8, step: 2 }, reference).targets).not.toEqual(masks.targets);
    expect(sampleMasks(grid, { images: 4, seed: 9, step: 3 }, reference).targets).not.toEqual(masks.targets);
    expect(targetOf(sampleMasks(grid, { images: 9, seed: 9, step: 2 }, reference), 3, 1)).toEqual(
      targetOf(masks, 3, 1),
    );
  });

  it("has the reference's statistics: context lengths at batch 1 and 128, patches per target", () => {
    const meanOf = (images: number, steps: number) => {
      const lengths = Array.from({ length: steps }, (_, step) =>
        sampleMasks(grid, { images, seed: 0, step }, reference),
      );
      return lengths.reduce((sum, masks) => sum + masks.contextPatches, 0) / steps;
    };
    // docs/method.md#masking: about 82 at B = 1 and 51 at B = 128
    expect(Math.abs(meanOf(1, 600) - 82)).toBeLessThan(3);
    expect(Math.abs(meanOf(128, 30) - 51)).toBeLessThan(3);
    const expected = targetSizes(grid, reference).reduce(
      (sum, { size, probability }) => sum + size[0] * size[1] * probability,
      0,
    );
    expect(Math.abs(expected - 33)).toBeLessThan(1);
  });

  it("refuses a grid on which no block keeps more than minKeep, naming grid, block and minKeep", () => {
    const tiny = { height: 4, width: 4 };
    expect(() => sampleMasks(tiny, { images: 1, seed: 0, step: 0 }, reference)).toThrow(ConfigError);
    expect(() => sampleMasks(tiny, { images: 1, seed: 0, step: 0 }, reference)).toThrow(
      /minKeep.*target block.*4×4 grid, got 10/,
    );
  });

  it("works on the 7×7 grid of the demo for many steps", () => {
    const config = { ...reference, minKeep: 4 };
    for (let step = 0; step < 40; step++) {
      const masks = sampleMasks({ height: 7, width: 7 }, { images: 32, seed: 0, step }, config);
      expect(masks.contextPatches).toBeGreaterThan(4);
    }
  });
});

describe("placeContext", () => {
  const small = { height: 4, width: 4 };
  const everything = Array.from({ length: 16 }, (_, patch) => patch);

  it("gives up the last targets first, and keeps those before them apart", () => {
    const config = { ...reference, minKeep: 4, tries: 2 };
    // The block is rows and columns 0–2; the second target covers all of it, the first only patch 0.
    const kept = placeContext(small, [3, 3], [[0], everything], config, rng(0));
    expect(kept).toEqual([1, 2, 4, 5, 6, 8, 9, 10]);
  });

  it("gives up every target when nothing else helps", () => {
    const config = { ...reference, minKeep: 4, tries: 2 };
    expect(placeContext(small, [3, 3], [everything, everything], config, rng(0))).toEqual([0, 1, 2, 4, 5, 6, 8, 9, 10]);
  });

  it("draws again until a place keeps enough", () => {
    // 1×2 blocks on one row of four; patches 0–1 are taken, so that only the place at 2 keeps two patches.
    const config = { ...reference, minKeep: 1, tries: 1000, positionRange: "inclusive" as const };
    expect(placeContext({ height: 1, width: 4 }, [1, 2], [[0, 1]], config, rng(0))).toEqual([2, 3]);
  });

  it("ignores targets when overlap is allowed", () => {
    const config = { ...reference, minKeep: 4, allowOverlap: true };
    expect(placeContext(small, [3, 3], [everything], config, rng(0))).toHaveLength(9);
  });
});

describe("targetSizes", () => {
  it("lists the sizes of a 14×14 grid with the reference's probabilities", () => {
    const found = new Map(targetSizes(grid, reference).map(({ size, probability }) => [size.join(), probability]));
    const golden = { "5,6": 0.265, "6,6": 0.219, "6,5": 0.126, "7,5": 0.364, "8,5": 0.026 };
    expect([...found.keys()].sort()).toEqual(Object.keys(golden).sort());
    for (const [size, probability] of Object.entries(golden)) expect(found.get(size)).toBeCloseTo(probability, 2);
    expect([...found.values()].reduce((sum, probability) => sum + probability, 0)).toBeCloseTo(1, 12);
  });

  it("lists what two draws can give besides, with their frequencies", () => {
    const independent = { ...reference, sizeDraws: "independent" as const };
    const sizes = targetSizes(grid, independent);
    const found = new Map(sizes.map(({ size, probability }) => [size.join(), probability]));
    expect([...found.values()].reduce((sum, probability) => sum + probability, 0)).toBeCloseTo(1, 12);
    // The smallest area with the tallest ratio, and the largest with the widest: no single draw reaches them.
    for (const corner of ["7,4", "5,7"]) expect(found.get(corner)).toBeGreaterThan(0);
    const steps = 1500;
    const drawn = new Map<string, number>();
    for (let step = 0; step < steps; step++) {
      const size = sampleMasks(grid, { images: 1, seed: 0, step }, independent).targetSize.join();
      drawn.set(size, (drawn.get(size) ?? 0) + 1 / steps);
    }
    for (const size of drawn.keys()) expect([...found.keys()]).toContain(size);
    for (const [size, probability] of found) {
      // Four standard deviations of a share of that many draws.
      const spread = 4 * Math.sqrt((probability * (1 - probability)) / steps);
      expect(Math.abs((drawn.get(size) ?? 0) - probability), size).toBeLessThan(spread + 1 / steps);
    }
  });

  it("is the same for one draw and two where scale or aspect is fixed", () => {
    for (const fixed of [{ targetScale: [0.17, 0.17] }, { targetAspect: [1, 1] }] as Partial<MaskingConfig>[]) {
      const [one, two] = (["shared", "independent"] as const).map(
        (sizeDraws) =>
          new Map(
            targetSizes(grid, { ...reference, ...fixed, sizeDraws }).map(({ size, probability }) => [
              size.join(),
              probability,
            ]),
          ),
      ) as [Map<string, number>, Map<string, number>];
      expect([...two.keys()].sort()).toEqual([...one.keys()].sort());
      for (const [size, probability] of one) expect(two.get(size)).toBeCloseTo(probability, 12);
    }
  });
});

describe("blockSize", () => {
  it("has the corners of both ranges, by hand", () => {
    const corner = (scale: number, aspect: number) =>
      blockSize(grid, reference.targetScale, reference.targetAspect, { scale, aspect }, "reference");
    // 29 or 39 patches, ratio 0.75 or 1.5: √21.75 × √38.67, √43.5 × √19.33, √29.25 × √52, √58.5 × √26.
    expect([corner(0, 0), corner(0, 1), corner(1, 0), corner(1, 1)]).toEqual([
      [5, 6],
      [7, 4],
      [5, 7],
      [8, 5],
    ]);
  });
});
