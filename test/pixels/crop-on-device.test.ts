import { beforeAll, describe, expect, it } from "vitest";
import { compile, ready, tf } from "../../lib/engine";
import { boxTensor, type CropBox, cropImages, randomCropBoxes } from "../../lib/pixels";
import { rng } from "../../lib/random";
import { bytes, distance, golden } from "../data/image-goldens";

beforeAll(() => ready());

/** Of the image and box of the test that names it. */
const PILLOW = [
  [156.7738, 158.0357, 82.0913, 102.6548],
  [123.46, 113.5, 131.7, 170.38],
  [127.6, 124.2133, 170.32, 120.0],
  [134.3929, 120.3532, 119.5198, 113.6071],
];

/** Crops of gray images, as plain rows of numbers. */
function crop(images: number[][][], boxes: readonly CropBox[], size: number, mirrored?: number[]): number[][][] {
  return tf.tidy(() => {
    const pixels = tf.expandDims<tf.Tensor4D>(tf.tensor3d(images), 3);
    const crops = { boxes: boxTensor(boxes), ...(mirrored && { mirrored: tf.tensor1d(mirrored) }) };
    return tf.squeeze(cropImages(pixels, crops, size, "bilinear"), [3]).arraySync() as number[][][];
  });
}

const texture = (height: number, width: number) =>
  Array.from({ length: height }, (_, y) =>
    Array.from({ length: width }, (_, x) => (37 * x + 101 * y + 13 * x * y) % 256),
  );

/** Pillow's weights of one output line in float64, by input line. */
function lineWeights(out: number, length: number, size: number, interpolation: "bilinear" | "bicubic"): number[] {
  const [scale, reach] = [length / size, interpolation === "bilinear" ? 1 : 2];
  const unit = Math.max(scale, 1);
  const weights = Array.from({ length }, (_, line) => {
    const d = Math.abs(line + 0.5 - (out + 0.5) * scale) / unit;
    if (d >= reach) return 0;
    if (interpolation === "bilinear") return 1 - d;
    return d < 1 ? (1.5 * d - 2.5) * d * d + 1 : ((-0.5 * d + 2.5) * d - 4) * d + 2;
  });
  const sum = weights.reduce((all, weight) => all + weight, 0);
  return weights.map((weight) => weight / sum);
}

describe("cropImages", () => {
  it("copies the pixels of a box as large as the output", () => {
    const image = [
      [1, 2, 3],
      [4, 5, 6],
      [7, 8, 9],
    ];
    const copied = [
      [4, 5],
      [7, 8],
    ];
    expect(crop([image], [{ top: 1, left: 0, height: 2, width: 2 }], 2)).toEqual([copied]);
  });

  it("weighs by hand: four pixels to two are triangles of reach two, cut at the edge", () => {
    // Output pixel 0 has its center at 1; inputs 0, 1, 2 lie at distances 0.5, 0.5, 1.5 of 2: 0.75, 0.75, 0.25 over 1.75.
    const line = [8, 16, 32, 64];
    const [low, high] = [(8 * 0.75 + 16 * 0.75 + 32 * 0.25) / 1.75, (16 * 0.25 + 32 * 0.75 + 64 * 0.75) / 1.75];
    const [made] = crop([[line, line, line, line]], [{ top: 0, left: 0, height: 4, width: 4 }], 2);
    for (const row of made ?? []) {
      expect(row[0]).toBeCloseTo(low, 5);
      expect(row[1]).toBeCloseTo(high, 5);
    }
    expect(made).toHaveLength(2);
  });

  it("agrees with Pillow 13.0.0", () => {
    // Image.fromarray(v, "F").crop((2, 1, 7, 8)).resize((4, 4), Image.BILINEAR) of v = (37x + 101y + 13xy) mod 256.
    const [made] = crop([texture(9, 8)], [{ top: 1, left: 2, height: 7, width: 5 }], 4);
    PILLOW.forEach((line, row) => {
      line.forEach((value, column) => {
        expect(made?.[row]?.[column]).toBeCloseTo(value, 3);
      });
    });
  });

  it.each(["bilinear", "bicubic"] as const)(
    "is the sum that float64 gives, in every place and size of a box (%s)",
    (how) => {
      const [height, width, size] = [61, 47, 16];
      const places = Array.from({ length: 40 }, (_, index) => index);
      const random = randomCropBoxes(
        places,
        { height, width },
        { scale: [0.02, 1], ratio: [0.5, 2] },
        { seed: 1, epoch: 0 },
      );
      // Sizes at which a filter's edge falls on a pixel's middle, where float32 could begin a line early or late.
      const even = [16, 24, 32, 40, 48].map((side) => ({ top: 3, left: 0, height: side, width: Math.min(side, 47) }));
      const boxes = [
        ...random,
        ...even,
        { top: 0, left: 0, height, width },
        { top: 60, left: 46, height: 1, width: 1 },
      ];
      const draws = rng(3).fold("pixels");
      const image = Float32Array.from({ length: height * width }, () => 255 * draws.uniform());
      const made = tf.tidy(() => {
        const pixels = tf.tile(tf.tensor4d(image, [1, height, width, 1]), [boxes.length, 1, 1, 1]) as tf.Tensor4D;
        return cropImages(pixels, { boxes: boxTensor(boxes) }, size, how).dataSync();
      });
      const expected = boxes.flatMap((box) => {
        const rows = Array.from({ length: size }, (_, out) => lineWeights(out, box.height, size, how));
        const columns = Array.from({ length: size }, (_, out) => lineWeights(out, box.width, size, how));
        return rows.flatMap((row) =>
          columns.map((column) => {
            let sum = 0;
            row.forEach((down, y) => {
              if (down === 0) return;
              column.forEach((across, x) => {
                sum += down * across * (image[(box.top + y) * width + box.left + x] as number);
              });
            });
            return sum;
          }),
        );
      });
      expect(distance(made, expected).largest).toBeLessThan(0.02);
    },
  );

  it("never looks outside the box", () => {
    const inside = (y: number, x: number) => y >= 3 && y < 20 && x >= 5 && x < 25;
    const image = Array.from({ length: 28 }, (_, y) => Array.from({ length: 28 }, (_, x) => (inside(y, x) ? 7 : 1e6)));
    const [made] = crop([image], [{ top: 3, left: 5, height: 17, width: 20 }], 28);
    for (const value of made?.flat() ?? [Number.NaN]) expect(value).toBeCloseTo(7, 4);
  });

  it("gives each image its own box, and mirrors those that are to be", () => {
    const images = [texture(9, 8), texture(9, 8).reverse()];
    const boxes = [
      { top: 0, left: 1, height: 5, width: 6 },
      { top: 2, left: 0, height: 7, width: 8 },
    ];
    const both = crop(images, boxes, 4, [0, 1]);
    expect(both[0]).toEqual(crop(images.slice(0, 1), boxes.slice(0, 1), 4)[0]);
    const alone = crop(images.slice(1), boxes.slice(1), 4)[0];
    expect(both[1]).toEqual(alone?.map((row) => [...row].reverse()));
  });

  it("is the same compiled, from bytes", async () => {
    const pixels = Uint8Array.from({ length: 2 * 20 * 24 * 3 }, (_, at) => (at * 2_654_435_761) >>> 24);
    const boxes = boxTensor([
      { top: 2, left: 3, height: 17, width: 20 },
      { top: 0, left: 0, height: 9, width: 11 },
    ]);
    const images = tf.tensor4d(Int32Array.from(pixels), [2, 20, 24, 3], "int32");
    const eager = cropImages(images, { boxes }, 8, "bicubic");
    const program = compile((batch: tf.Tensor4D, places: tf.Tensor2D) =>
      cropImages(batch, { boxes: places }, 8, "bicubic"),
    );
    const compiled = await program(images, boxes);
    expect(distance(compiled.dataSync(), eager.dataSync()).largest).toBeLessThan(1e-3);
    program.dispose();
    tf.dispose([boxes, images, eager, compiled]);
  });

  it.each(golden.crops)("is within a gray level of torchvision's resized_crop ($interpolation, $box)", (it) => {
    const rgb = bytes(golden.files["rgb.png"]?.pixels);
    const ours = tf.tidy(() => {
      const image = tf.tensor4d(Float32Array.from(rgb), [1, golden.height, golden.width, 3]);
      return cropImages(image, { boxes: boxTensor([it.box]) }, 14, it.interpolation).dataSync();
    });
    // Pillow rounds to whole gray levels after each of its two passes, and clips what a cubic overshoots.
    const clipped = ours.map((value) => Math.min(255, Math.max(0, value)));
    const { largest, mean } = distance(clipped, bytes(it.pixels));
    expect(largest).toBeLessThan(1.3);
    expect(mean).toBeLessThan(0.35);
  });
});
