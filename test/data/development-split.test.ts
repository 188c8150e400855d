import { describe, expect, it } from "vitest";
import { arrayDataset, batches } from "../../lib/data";
import { withDevelopmentSplit } from "../../lib/data/development-split";

/** Two classes of ten images each; every pixel is the image's number. */
function numbered() {
  const split = (count: number, first: number) => ({
    pixels: Uint8Array.from({ length: count }, (_, index) => first + index),
    labels: Int32Array.from({ length: count }, (_, index) => index % 2),
  });
  const size = { height: 1, width: 1, channels: 1 };
  const parts = { train: split(20, 0), test: split(4, 100) };
  return arrayDataset({ name: "numbered", classNames: ["even", "odd"], ...size, ...parts, fingerprint: "whole" });
}

const all = (count: number) => Int32Array.from({ length: count }, (_, index) => index);

describe("withDevelopmentSplit", () => {
  it("takes its share of each class from the training images, in the test split's place", async () => {
    const data = withDevelopmentSplit(numbered(), 0.3);
    const [train, test] = [data.split("train"), data.split("test")];
    expect([train.count, test.count]).toEqual([14, 6]);
    // 30 % of ten is three of each class.
    expect([...test.labels].filter((label) => label === 1)).toHaveLength(3);
    const seen = [...(await train.read(all(14))).pixels, ...(await test.read(all(6))).pixels];
    expect(seen.sort((a, b) => a - b)).toEqual([...all(20)]);
    expect(data.split("validation").count).toBe(6);
  });

  it("has no split by another name", () => {
    expect(() => withDevelopmentSplit(numbered(), 0.3).split("training" as "train")).toThrow(
      'numbered has no split "training": ask for "train"',
    );
  });

  it("numbers the images of each part from 0, with their own labels and names", async () => {
    const data = withDevelopmentSplit(numbered(), 0.3);
    const test = data.split("test");
    const batch = await test.read(Int32Array.of(5, 0));
    expect([...batch.indices]).toEqual([5, 0]);
    expect([...batch.labels]).toEqual([test.labels[5], test.labels[0]]);
    expect([...batch.pixels].map((pixel) => pixel % 2)).toEqual([...batch.labels]);
    expect(test.nameOf(0)).toBe(
      numbered()
        .split("train")
        .nameOf(batch.pixels[1] as number),
    );
  });

  it("divides alike every time, under a fingerprint of its own", async () => {
    const [one, two, other] = [0.3, 0.3, 0.2].map((share) => withDevelopmentSplit(numbered(), share));
    const held = async (data: typeof one) => [...((await data?.split("test").read(all(4)))?.pixels ?? [])];
    expect(await held(one)).toEqual(await held(two));
    expect(one?.fingerprint).toBe(two?.fingerprint);
    expect(new Set([one?.fingerprint, other?.fingerprint, numbered().fingerprint]).size).toBe(3);
  });

  it("leaves unlabelled images to learn from, and sets none of them apart", async () => {
    const data = numbered();
    const whole = data.split("train");
    const labels = whole.labels.map((label, index) => (index < 10 ? label : -1));
    const part = withDevelopmentSplit({ ...data, split: (name) => ({ ...data.split(name), labels }) }, 0.4);
    // 40 % of ten labelled images, two of each class.
    expect([...part.split("test").labels].sort()).toEqual([0, 0, 1, 1]);
    expect([...part.split("train").labels].filter((label) => label === -1)).toHaveLength(10);
  });

  it("fills batches that name no image of the other part", async () => {
    const data = withDevelopmentSplit(numbered(), 0.3);
    const held = new Set((await data.split("test").read(all(6))).pixels);
    for await (const batch of batches(data.split("train"), { batchSize: 7, seed: 0, epoch: 0 })) {
      expect([...batch.pixels].filter((pixel) => held.has(pixel))).toEqual([]);
      expect(Math.max(...batch.indices)).toBeLessThan(14);
    }
  });
});
