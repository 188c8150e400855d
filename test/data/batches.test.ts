import { describe, expect, it } from "vitest";
import { arrayDataset, batches, type ImageBatch } from "../../lib/data";
import { DataError } from "../../lib/errors";

/** n images of 1×2 pixels whose first pixel is their place and whose second is 100 more; label = place mod 3. */
function numbered(count: number, labels = Array.from({ length: count }, (_, index) => index % 3)) {
  const pixels = Uint8Array.from({ length: 2 * count }, (_, index) => (index >> 1) + 100 * (index & 1));
  const split = { pixels, labels };
  return arrayDataset({
    name: "numbered",
    classNames: ["a", "b", "c"],
    height: 1,
    width: 2,
    channels: 1,
    train: split,
    test: split,
  });
}

async function epoch(options: {
  batchSize: number;
  seed: number;
  epoch: number;
  fromStep?: number;
}): Promise<ImageBatch[]> {
  const all: ImageBatch[] = [];
  for await (const batch of batches(numbered(10).split("train"), options)) all.push(batch);
  return all;
}

describe("batches", () => {
  it("shows each image at most once an epoch, with its own pixels and label, and drops the partial batch", async () => {
    const all = await epoch({ batchSize: 3, seed: 0, epoch: 0 });
    expect(all.map(({ count }) => count)).toEqual([3, 3, 3]);
    const places = all.flatMap(({ indices }) => [...indices]);
    expect(new Set(places).size).toBe(9);
    expect(all.flatMap(({ labels }) => [...labels])).toEqual(places.map((place) => place % 3));
    expect(all.flatMap(({ pixels }) => [...pixels])).toEqual(places.flatMap((place) => [place, place + 100]));
  });

  it("begins at a later step with the batches that an unbroken epoch has there", async () => {
    const whole = await epoch({ batchSize: 3, seed: 5, epoch: 4 });
    expect(await epoch({ batchSize: 3, seed: 5, epoch: 4, fromStep: 1 })).toEqual(whole.slice(1));
  });

  it("orders another epoch and another seed otherwise", async () => {
    const order = async (seed: number, at: number) =>
      (await epoch({ batchSize: 10, seed, epoch: at })).flatMap(({ indices }) => [...indices]);
    const [first, nextEpoch, nextSeed] = [await order(0, 0), await order(0, 1), await order(1, 0)];
    expect(nextEpoch).not.toEqual(first);
    expect(nextSeed).not.toEqual(first);
  });

  it("names a split that is smaller than a batch", async () => {
    await expect(epoch({ batchSize: 11, seed: 0, epoch: 0 })).rejects.toThrow(
      'Split "train" has 10 images: expected at least one batch of 11.',
    );
  });
});

describe("numbers of batches that are none", () => {
  const fine = { batchSize: 3, seed: 0, epoch: 0 };
  it.each([0, -1, Number.NaN, 1.5])("batches of %s images are refused", async (batchSize) => {
    await expect(epoch({ ...fine, batchSize })).rejects.toThrow(
      `batchSize: expected a whole number of at least 1, got ${batchSize}.`,
    );
  });

  it.each(["epoch", "fromStep"])("so is the %s -1 or NaN", async (name) => {
    for (const value of [-1, Number.NaN])
      await expect(epoch({ ...fine, [name]: value })).rejects.toThrow(`${name}: expected a whole number of at least 0`);
  });

  it("so is the seed NaN", async () => {
    await expect(epoch({ ...fine, seed: Number.NaN })).rejects.toThrow("seed: expected a whole number, got NaN.");
  });
});

describe("arrayDataset", () => {
  it.each(["training", "Train", "val", undefined])("has no split %s, and names the splits it has", (name) => {
    const choose = () => numbered(2).split(name as "train");
    expect(choose).toThrow(DataError);
    expect(choose).toThrow(
      `numbered has no split ${name === undefined ? name : `"${name}"`}: ask for "train", or for "test" or "validation"`,
    );
    expect(numbered(2).split("validation")).toHaveProperty("name", "test");
  });

  it("has another fingerprint when a pixel or a label differs", () => {
    const changedLabel = numbered(10, [1, ...Array.from({ length: 9 }, (_, index) => (index + 1) % 3)]);
    expect(numbered(10).fingerprint).toBe(numbered(10).fingerprint);
    expect(changedLabel.fingerprint).not.toBe(numbered(10).fingerprint);
    expect(numbered(9).fingerprint).not.toBe(numbered(10).fingerprint);
  });

  it.each([3, -1, 0.7, Number.NaN, 2 ** 32])("refuses the label %s of three classes", (label) => {
    expect(() => numbered(2, [0, label])).toThrow(`Label 1 of split "train" is ${label}: expected 0 … 2.`);
  });

  it("refuses pixels that are not so many images", () => {
    expect(() => numbered(2, [0])).toThrow("expected 2 bytes of pixels, got 4");
  });

  it("refuses to read an image that the split does not have", async () => {
    await expect(numbered(2).split("test").read(Int32Array.of(0, 2))).rejects.toThrow(DataError);
  });
});
