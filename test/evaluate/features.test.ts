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
const data = arrayDataset({
  name: "noise",
  classNames,
  height: 28,
  width: 28,
  channels: 1,
  train: images,
  test: images,
});

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
    // The program is kept for the next call: what it holds is not counted.
    await extractFeatures(from, data, "test");
    const before = tf.memory().numTensors;
    const { values, width, count, labels: kept } = await extractFeatures(from, data, "test");
    expect(tf.memory().numTensors).toBe(before);
    expect([count, width, values.length]).toEqual([503, 32, 503 * 32]);
    expect(kept).toEqual(data.split("test").labels);
    const { mean, std } = from.run.data;
    const last = tf.tidy(() => {
      const bytes = tf.tensor4d(Array.from(pixels.slice(500 * 784)), [3, 28, 28, 1]);
      const normalized: tf.Tensor4D = tf.div(tf.sub(tf.div(bytes, 255), mean[0] as number), std[0] as number);
      const [tokens] = encodeLayers(from.parameters(), "student", { images: normalized }, from.run.model, 1);
      return tf.mean(tokens as tf.Tensor3D, 1);
    });
    last.dataSync().forEach((value, index) => {
      expect(values[500 * 32 + index]).toBeCloseTo(value, 4);
    });
  });

  it("puts the last layers side by side for last4, the last one last", async () => {
    const from = source();
    const one = await extractFeatures(from, data, "test");
    const four = await extractFeatures(from, data, "test", { layers: "last4" });
    // The smoke model has two blocks.
    expect(four.width).toBe(64);
    expect(four.values[32]).toBeCloseTo(one.values[0] as number, 4);
  });

  it("takes the teacher's weights, or the run's first draw, when asked for", async () => {
    const from = source();
    const student = await extractFeatures(from, data, "test");
    expect((await extractFeatures(from, data, "test", { encoder: "teacher" })).values).toEqual(student.values);
    const untrained = await extractFeatures(from, data, "test", { encoder: "untrained" });
    expect(untrained.values).not.toEqual(student.values);
    const first = {
      run: from.run,
      parameters: () => initializeParameters(from.run.model, rng(from.run.seed).fold("parameters")),
    };
    expect((await extractFeatures(first, data, "test")).values).toEqual(untrained.values);
  });

  it("refuses an encoder or layers that there are not", async () => {
    await expect(extractFeatures(source(), data, "test", { encoder: "techer" as "teacher" })).rejects.toThrow(
      'encoder: expected "student", "teacher" or "untrained", got "techer".',
    );
    await expect(extractFeatures(source(), data, "test", { layers: "last5" as "last" })).rejects.toThrow(
      'layers: expected "last" or "last4", got "last5".',
    );
  });

  it("names a weight that does not fit the model, and leaves no tensor behind", async () => {
    const wide = { run: parseRun({ preset: "smoke", model: { embedDim: 64 } }), parameters: source().parameters };
    const before = tf.memory().numTensors;
    await expect(extractFeatures(wide, data, "test")).rejects.toThrow(
      /expected encoder.patch_embed.proj.weight of shape \[64,1,4,4\], got \[32,1,4,4\]/,
    );
    const none = { run: wide.run, parameters: () => ({}) };
    await expect(extractFeatures(none, data, "test", { encoder: "teacher" })).rejects.toThrow(
      /expected target_encoder.patch_embed.* got nothing/,
    );
    expect(tf.memory().numTensors).toBe(before);
  });
});

describe("rawPixels", () => {
  it("is each pixel over 255", async () => {
    const raw = await rawPixels(data, "test");
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
