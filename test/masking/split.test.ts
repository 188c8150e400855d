import { describe, expect, it } from "vitest";
import { MaskingConfig } from "../../lib/config";
import { sampleMasks, splitMasks } from "../../lib/masking";

const grid = { height: 14, width: 14 };

describe("splitMasks", () => {
  it("takes each part's rows, by hand", () => {
    const masks = {
      images: 2,
      blocks: 2,
      contexts: 1,
      context: Int32Array.of(1, 2, 3, 7, 8, 8),
      contextLength: Int32Array.of(3, 2),
      contextPatches: 3,
      targets: Int32Array.of(10, 11, 20, 21, 12, 13, 22, 23),
      targetPatches: 2,
      targetSize: [1, 2] as [number, number],
      contextSize: [2, 2] as [number, number],
    };
    const [first, second] = splitMasks(masks, 2, false);
    expect([...(first?.context ?? [])]).toEqual([1, 2, 3]);
    expect([...(first?.targets ?? [])]).toEqual([10, 11, 12, 13]);
    expect([...(second?.targets ?? [])]).toEqual([20, 21, 22, 23]);
    expect(second).toMatchObject({ images: 1, contextPatches: 3, contextLength: Int32Array.of(2) });
    const cut = splitMasks(masks, 2, true)[1];
    expect(cut).toMatchObject({ contextPatches: 2, context: Int32Array.of(7, 8), contextLength: Int32Array.of(2) });
  });

  it("cut by part has what a batch of the part's images would have", () => {
    const config = MaskingConfig.parse({ contextTruncation: "none" });
    const whole = sampleMasks(grid, { images: 8, seed: 0, step: 3 }, config);
    const [first] = splitMasks(whole, 4, true);
    const alone = sampleMasks(grid, { images: 2, seed: 0, step: 3 }, MaskingConfig.parse({}));
    expect(first).toEqual(alone);
  });

  it("keeps every context of an image together with it", () => {
    const masks = sampleMasks(grid, { images: 4, seed: 0, step: 5 }, MaskingConfig.parse({ contextBlocks: 2 }));
    const [, second] = splitMasks(masks, 2, false);
    const row = (values: Int32Array, at: number) => [
      ...values.subarray(at * masks.contextPatches, (at + 1) * masks.contextPatches),
    ];
    // Rows of the whole: context 0 of images 0–3, then context 1 of images 0–3.
    expect(row(second?.context as Int32Array, 0)).toEqual(row(masks.context, 2));
    expect(row(second?.context as Int32Array, 3)).toEqual(row(masks.context, 7));
  });
});
