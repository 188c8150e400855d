import { beforeAll, describe, expect, it } from "vitest";
import { parseRun } from "../../lib/config";
import { arrayDataset } from "../../lib/data";
import { ready, tf } from "../../lib/engine";
import { extractFeatures, rawPixels, takeRows } from "../../lib/evaluate";
import { encodeLayers, initializeParameters, initializeTeacher } from "../../lib/model";
import { rng } from "../../lib/random";
import { features } from "./features-by-hand";

beforeAll(() => ready());

/** 503 images, so that a batch of 500 is followed by three. */
const random = rng(0).fold("pixels");
const pixels = Uint8Array.from({ length: 503 * 784 }, () => random.int(0, 256));
const labels = Array.from({ length: 503 }, (_, index) => index % 10);
const classNames = Array.from({ length: 10 }, (_, index) => `class ${index}`);
const images = { pixels, labels };
const split = arrayDataset({
  name: "noise",
  classNames,
  height: 28,
  width: 28,
  channels: 1,
  train: images,
  test: images,
}).split("test");

function source() {
  const run = parseRun({ preset: "smoke" });
  return {
    run,
    parameters: () => {
      const student = initializeParameters(run.model, rng(1), run.objective.method);
      return { ...student, ...initializeTeacher(student) };
    },
  };
}

describe("extractFeatures", () => {
  it("is the mean over patches of the encoder's tokens, image by image, past the first batch too", async () => {
    const from = source();
    const before = tf.memory().numTensors;
    const { values, width, count, labels: kept } = await extractFeatures(from, split);
    expect(tf.memory().numTensors).toBe(before);
    expect([count, width, values.length]).toEqual([503, 32, 503 * 32]);
    expect(kept).toEqual(split.labels);
    const { mean, std } = from.run.data;
    const last = tf.tidy(() => {
      const bytes = tf.tensor4d(Array.from(pixels.slice(500 * 784)), [3, 28, 28, 1]);
      const normalized: tf.Tensor4D = tf.div(tf.sub(tf.div(bytes, 255), mean[0] as number), std[0] as number);
      const [tokens] = encodeLayers(from.parameters(), "encoder", normalized, from.run.model, 1);
      return tf.mean(tokens as tf.Tensor3D, 1);
    });
    last.dataSync().forEach((value, index) => {
      expect(values[500 * 32 + index]).toBeCloseTo(value, 4);
    });
  });

  it("puts the last layers side by side for last4, the last one last", async () => {
    const from = source();
    const one = await extractFeatures(from, split);
    const four = await extractFeatures(from, split, { layers: "last4" });
    // The smoke model has two blocks.
    expect(four.width).toBe(64);
    expect(four.values[32]).toBeCloseTo(one.values[0] as number, 4);
    expect(four.protocol).toBe("frozen student, average-pooled last 2 layers (64)");
  });
});

describe("rawPixels", () => {
  it("is each pixel over 255", async () => {
    const raw = await rawPixels(split);
    expect([raw.count, raw.width]).toEqual([503, 784]);
    expect(raw.values[502 * 784 + 5]).toBeCloseTo((pixels[502 * 784 + 5] as number) / 255, 6);
  });
});

describe("takeRows", () => {
  it("takes rows and labels in the order asked for", () => {
    const taken = takeRows(
      features(
        [
          [1, 2],
          [3, 4],
          [5, 6],
        ],
        [7, 8, 9],
      ),
      Int32Array.of(2, 0),
    );
    expect([...taken.values]).toEqual([5, 6, 1, 2]);
    expect([...taken.labels]).toEqual([9, 7]);
    expect(taken.count).toBe(2);
  });
});
