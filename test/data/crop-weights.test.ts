import { describe, expect, it } from "vitest";
import { type CropBox, cropWeights } from "../../lib/data";
import { ShapeError } from "../../lib/errors";

/** rows · image · columnsᵀ of the first image, in plain numbers. */
function apply(image: number[][], box: CropBox, out: { height: number; width: number }): number[][] {
  const size = { height: image.length, width: image[0]?.length ?? 0 };
  const { rows, columns } = cropWeights([box], size, out);
  return Array.from({ length: out.height }, (_, row) =>
    Array.from({ length: out.width }, (_, column) => {
      let sum = 0;
      for (let y = 0; y < size.height; y++) {
        for (let x = 0; x < size.width; x++) {
          const weight = (rows[row * size.height + y] ?? Number.NaN) * (columns[column * size.width + x] ?? Number.NaN);
          sum += weight * (image[y]?.[x] ?? 0);
        }
      }
      return sum;
    }),
  );
}

describe("cropWeights", () => {
  it("copies the pixels of a box as large as the output", () => {
    const image = [
      [1, 2, 3],
      [4, 5, 6],
      [7, 8, 9],
    ];
    expect(apply(image, { top: 1, left: 0, height: 2, width: 2 }, { height: 2, width: 2 })).toEqual([
      [4, 5],
      [7, 8],
    ]);
  });

  it("weighs by hand: four pixels to two are triangles of reach two, cut at the edge", () => {
    // Output pixel 0 has its center at 1; inputs 0, 1, 2 lie at distances 0.5, 0.5, 1.5 of 2: 0.75, 0.75, 0.25 over 1.75.
    const { rows } = cropWeights(
      [{ top: 0, left: 0, height: 4, width: 4 }],
      { height: 4, width: 4 },
      { height: 2, width: 4 },
    );
    const expected = [0.75 / 1.75, 0.75 / 1.75, 0.25 / 1.75, 0, 0, 0.25 / 1.75, 0.75 / 1.75, 0.75 / 1.75];
    expected.forEach((weight, index) => {
      expect(rows[index]).toBeCloseTo(weight, 6);
    });
  });

  it("has rows of weights that add up to one and never look outside the box", () => {
    const box = { top: 3, left: 5, height: 17, width: 20 };
    const { rows, columns } = cropWeights([box], { height: 28, width: 28 }, { height: 28, width: 28 });
    for (const [weights, start, length] of [
      [rows, box.top, box.height],
      [columns, box.left, box.width],
    ] as const) {
      for (let pixel = 0; pixel < 28; pixel++) {
        const line = weights.slice(pixel * 28, (pixel + 1) * 28);
        expect(line.reduce((sum, weight) => sum + weight, 0)).toBeCloseTo(1, 5);
        expect([...line.slice(0, start), ...line.slice(start + length)].every((weight) => weight === 0)).toBe(true);
      }
    }
  });

  it("agrees with Pillow 13.0.0", () => {
    // Image.fromarray(v, "F").crop((2, 1, 7, 8)).resize((6, 4), Image.BILINEAR), v[y][x] = (37x + 101y + 13xy) mod 256.
    const pillow = [
      [145.619, 179.0833, 145.1548, 90.9087, 74.25, 116.8571],
      [137.48, 95.42, 126.34, 139.34, 131.86, 189.64],
      [135.64, 111.52, 132.5067, 165.44, 161.68, 99.16],
      [140.6667, 121.8452, 122.2659, 121.6706, 113.9643, 113.4286],
    ];
    const image = Array.from({ length: 9 }, (_, y) =>
      Array.from({ length: 8 }, (_, x) => (37 * x + 101 * y + 13 * x * y) % 256),
    );
    const ours = apply(image, { top: 1, left: 2, height: 7, width: 5 }, { height: 4, width: 6 });
    pillow.forEach((line, row) => {
      line.forEach((value, column) => {
        expect(ours[row]?.[column]).toBeCloseTo(value, 3);
      });
    });
  });

  it("gives each image of a batch its own weights", () => {
    const boxes = [
      { top: 0, left: 0, height: 4, width: 4 },
      { top: 1, left: 2, height: 3, width: 2 },
    ];
    const size = { height: 4, width: 4 };
    const both = cropWeights(boxes, size, size);
    expect(both.rows.slice(16)).toEqual(cropWeights(boxes.slice(1), size, size).rows);
    expect(both.columns.slice(0, 16)).toEqual(cropWeights(boxes.slice(0, 1), size, size).columns);
  });

  it("names a box that reaches outside the image", () => {
    const outside = () =>
      cropWeights([{ top: 2, left: 0, height: 3, width: 4 }], { height: 4, width: 4 }, { height: 4, width: 4 });
    expect(outside).toThrow(ShapeError);
    expect(outside).toThrow("Crop box 0 has top 2, left 0, height 3, width 4: expected a box inside an image of 4×4.");
  });
});
