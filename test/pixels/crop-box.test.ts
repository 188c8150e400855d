import { describe, expect, it } from "vitest";
import { randomCropBoxes } from "../../lib/pixels";

const image = { height: 28, width: 28 };
const usual = { scale: [0.3, 1], ratio: [3 / 4, 4 / 3] } as const;
const place = { seed: 7, epoch: 2 };
const many = Array.from({ length: 4000 }, (_, index) => index);

describe("randomCropBoxes", () => {
  it("keeps every box inside the image, its area and aspect inside the limits but for whole pixels", () => {
    for (const { top, left, height, width } of randomCropBoxes(many, image, usual, place)) {
      expect(Math.min(top, left, 28 - top - height, 28 - left - width)).toBeGreaterThanOrEqual(0);
      // Each side is rounded by at most half a pixel.
      expect((height + 0.5) * (width + 0.5)).toBeGreaterThanOrEqual(0.3 * 784);
      expect((width - 0.5) / (height + 0.5)).toBeLessThanOrEqual(4 / 3);
      expect((width + 0.5) / (height - 0.5)).toBeGreaterThanOrEqual(3 / 4);
    }
  });

  it("reaches every edge", () => {
    const boxes = randomCropBoxes(many, image, usual, place).filter(({ height, width }) => height < 28 && width < 28);
    expect(Math.min(...boxes.map(({ top }) => top))).toBe(0);
    expect(Math.min(...boxes.map(({ left }) => left))).toBe(0);
    expect(Math.max(...boxes.map(({ top, height }) => top + height))).toBe(28);
    expect(Math.max(...boxes.map(({ left, width }) => left + width))).toBe(28);
  });

  it("draws the area uniformly: its mean is that of 0.3 to 1, less what does not fit", () => {
    const boxes = randomCropBoxes(many, image, { scale: [0.3, 0.7], ratio: [1, 1] }, place);
    const mean = boxes.reduce((sum, { height, width }) => sum + height * width, 0) / boxes.length / 784;
    // Standard error 0.4/√12/√4000 = 0.002; squares of whole pixels move it by less than 0.005.
    expect(mean).toBeCloseTo(0.5, 1.8);
  });

  it("gives an image the same box in any batch, and another one in another epoch or with another seed", () => {
    const [, second] = randomCropBoxes([3, 9], image, usual, place);
    expect(randomCropBoxes([9], image, usual, place)[0]).toEqual(second);
    const boxes = (other: { seed: number; epoch: number }) => randomCropBoxes(many.slice(0, 20), image, usual, other);
    expect(boxes({ seed: 7, epoch: 3 })).not.toEqual(boxes(place));
    expect(boxes({ seed: 8, epoch: 2 })).not.toEqual(boxes(place));
  });

  it("falls back to the largest centered box of a permitted aspect when nothing fits", () => {
    // A square of 1.1 times the area never fits; of 10×40 the widest permitted is 4/3: 10×13, 13 pixels from the left.
    const never = { scale: [4, 4], ratio: [3 / 4, 4 / 3] } as const;
    expect(randomCropBoxes([0], { height: 10, width: 40 }, never, place)[0]).toEqual({
      top: 0,
      left: 13,
      height: 10,
      width: 13,
    });
    expect(randomCropBoxes([0], { height: 40, width: 10 }, never, place)[0]).toEqual({
      top: 13,
      left: 0,
      height: 13,
      width: 10,
    });
    expect(randomCropBoxes([0], image, never, place)[0]).toEqual({ top: 0, left: 0, ...image });
  });
});
