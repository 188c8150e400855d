import { beforeAll, describe, expect, it } from "vitest";
import { type CropBox, cropWeights, randomCropBoxes } from "../../lib/data";
import { ready, tf } from "../../lib/engine";
import { boxWeights, resampleImages } from "../../lib/model";
import { bytes, distance, golden } from "../data/image-goldens";

beforeAll(() => ready());

const tensor = (boxes: readonly CropBox[]) =>
  tf.tensor2d(boxes.map(({ top, left, height, width }) => [top, left, height, width]));

describe("boxWeights", () => {
  it.each(["bilinear", "bicubic"] as const)("are the weights that the host computes (%s)", (interpolation) => {
    const image = { height: 61, width: 47 };
    const crop = { scale: [0.02, 1], ratio: [0.5, 2] } as const;
    const random = randomCropBoxes(
      Array.from({ length: 40 }, (_, index) => index),
      image,
      crop,
      { seed: 1, epoch: 0 },
    );
    const boxes = [...random, { top: 0, left: 0, ...image }, { top: 60, left: 46, height: 1, width: 1 }];
    const expected = cropWeights(boxes, image, { height: 16, width: 16 }, interpolation);
    tf.tidy(() => {
      const { rows, columns } = boxWeights(tensor(boxes), image, 16, interpolation);
      expect([rows.shape, columns.shape]).toEqual([
        [42, 16, 61],
        [42, 16, 47],
      ]);
      expect(distance(rows.dataSync(), expected.rows).largest).toBeLessThan(2e-5);
      expect(distance(columns.dataSync(), expected.columns).largest).toBeLessThan(2e-5);
    });
  });

  it.each(golden.crops)(
    "resample to within a gray level of torchvision's resized_crop ($interpolation, $box)",
    (it) => {
      const rgb = bytes(golden.files["rgb.png"]?.pixels);
      const ours = tf.tidy(() => {
        const { rows, columns } = boxWeights(tensor([it.box]), golden, 14, it.interpolation);
        const image = tf.tensor4d(Float32Array.from(rgb), [1, golden.height, golden.width, 3]);
        return resampleImages(image, rows, columns).dataSync();
      });
      // Pillow rounds to whole gray levels after each of its two passes, and clips what a cubic overshoots.
      const clipped = ours.map((value) => Math.min(255, Math.max(0, value)));
      const { largest, mean } = distance(clipped, bytes(it.pixels));
      expect(largest).toBeLessThan(1.3);
      expect(mean).toBeLessThan(0.35);
    },
  );
});
