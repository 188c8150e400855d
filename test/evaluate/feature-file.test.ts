import { open, readdir, readFile, stat, truncate, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { beforeAll, beforeEach, describe, expect, it } from "vitest";
import { parseRun } from "../../lib/config";
import { arrayDataset, type Dataset } from "../../lib/data";
import { ready, tf } from "../../lib/engine";
import { extractFeatures, FeatureFile, type FeatureFileHeader } from "../../lib/evaluate";
import { initializeParameters, initializeTeacher } from "../../lib/model";
import { rng } from "../../lib/random";
import { temporaryFolder } from "../temporary-folder";

let folder = "";
beforeEach(async () => {
  folder = temporaryFolder();
});

const header: FeatureFileHeader = { format: "njepa-features-1", key: "a", count: 5, width: 3, blockRows: 2 };
const rows = Float32Array.from({ length: 15 }, (_, index) => index / 7);
const blocks = [rows.slice(0, 6), rows.slice(6, 12), rows.slice(12)];

async function written(count = 3): Promise<string> {
  const path = join(folder, "deep", "a.features");
  const file = await FeatureFile.open(path, header);
  for (const block of blocks.slice(0, count)) await file.append(block);
  await file.close();
  return path;
}

describe("FeatureFile", () => {
  it("gives back rows in the order asked for, and the last columns of them", async () => {
    const file = await FeatureFile.open(await written(), header);
    expect(file.complete).toBe(true);
    expect(await file.read(Int32Array.of(0, 1, 2, 3, 4))).toEqual(rows);
    expect(await file.read(Int32Array.of(4, 0, 3))).toEqual(
      Float32Array.from([...rows.slice(12, 15), ...rows.slice(0, 3), ...rows.slice(9, 12)]),
    );
    expect(await file.read(Int32Array.of(1, 2), 1)).toEqual(Float32Array.of(rows[5] as number, rows[8] as number));
    await file.close();
  });

  it("goes on after the last whole block, wherever the file was broken off", async () => {
    const whole = await readFile(await written());
    for (const size of [0, 100, 4096, 4100, 4096 + 24 + 32, 4096 + 24 + 32 + 10, whole.length - 1]) {
      const path = join(folder, "deep", "a.features");
      await writeFile(path, whole.subarray(0, size));
      const file = await FeatureFile.open(path, header);
      expect(file.rows).toBe(size < 4096 + 56 ? 0 : size < 4096 + 112 ? 2 : 4);
      for (const block of blocks.slice(file.rows / 2)) await file.append(block);
      await file.close();
      expect(await readFile(path)).toEqual(whole);
    }
  });

  it("takes a damaged block and what follows as not there", async () => {
    const path = await written();
    const file = await open(path, "r+");
    await file.write(Buffer.of(1, 2, 3), 0, 3, 4096 + 56 + 8);
    await file.close();
    const again = await FeatureFile.open(path, header);
    expect(again.rows).toBe(2);
    await again.close();
  });

  it("refuses a file of another key, and a block of another size", async () => {
    const path = await written();
    await expect(FeatureFile.open(path, { ...header, key: "b" })).rejects.toThrow(/holds other features.*"key":"a"/);
    await truncate(path, 0);
    const file = await FeatureFile.open(path, header);
    await expect(file.append(rows.slice(0, 3))).rejects.toThrow(/a block of 2 × 3 values, got 3/);
    await file.close();
  });
});

describe("extractFeatures with a folder", () => {
  beforeAll(() => ready());
  const run = parseRun({ preset: "smoke" });
  const encoder = (seed: number) => ({
    run,
    parameters: () => {
      const student = initializeParameters(run.model, rng(seed));
      return { ...student, ...initializeTeacher(student) };
    },
  });
  const random = rng(0).fold("pixels");
  const images = {
    pixels: Uint8Array.from({ length: 1003 * 784 }, () => random.int(0, 256)),
    labels: Array.from({ length: 1003 }, (_, index) => index % 10),
  };
  const classNames = Array.from({ length: 10 }, (_, index) => `class ${index}`);
  const about = { name: "noise", classNames, height: 28, width: 28, channels: 1 };
  const data = arrayDataset({ ...about, train: images, test: images });
  /** The data set, counting the images that are read. */
  const counting = (from: Dataset) => {
    const counted = { images: 0 };
    const split = (name: "train" | "test") => {
      const inner = from.split(name);
      return {
        ...inner,
        read: (indices: Int32Array) => {
          counted.images += indices.length;
          return inner.read(indices);
        },
      };
    };
    return { counted, data: { ...from, split } };
  };

  it("computes once, gives the same numbers, and serves the last layer from a file of more", async () => {
    const fresh = await extractFeatures(encoder(1), data, "test", { layers: "last4" });
    const { counted, data: watched } = counting(data);
    const options = { featuresFolder: folder, layers: "last4" } as const;
    expect(await extractFeatures(encoder(1), watched, "test", options)).toEqual(fresh);
    expect(counted.images).toBe(1500);
    expect(await extractFeatures(encoder(1), watched, "test", options)).toEqual(fresh);
    const last = await extractFeatures(encoder(1), watched, "test", { ...options, layers: "last" });
    expect(last.values).toEqual((await extractFeatures(encoder(1), data, "test")).values);
    expect(counted.images).toBe(1500);
    expect((await readdir(folder)).filter((name) => name.endsWith(".features"))).toHaveLength(1);
  });

  it("goes on with a file that was broken off, to the same bytes", async () => {
    const options = { featuresFolder: folder };
    await extractFeatures(encoder(1), data, "test", options);
    const [name] = await readdir(folder);
    const path = join(folder, name as string);
    const whole = await readFile(path);
    await truncate(path, (await stat(path)).size - 5);
    const { counted, data: watched } = counting(data);
    await extractFeatures(encoder(1), watched, "test", options);
    expect(counted.images).toBe(500);
    expect(await readFile(path)).toEqual(whole);
  });

  it("is never stale: other weights, another data set and another split are other files", async () => {
    const options = { featuresFolder: folder };
    const first = await extractFeatures(encoder(1), data, "test", options);
    const other = await extractFeatures(encoder(2), data, "test", options);
    expect(other.values).not.toEqual(first.values);
    const reversed = { ...images, pixels: images.pixels.map((value) => 255 - value) };
    const dark = arrayDataset({ ...about, train: images, test: reversed });
    expect((await extractFeatures(encoder(1), dark, "test", options)).values).not.toEqual(first.values);
    await extractFeatures(encoder(1), data, "train", options);
    // The teacher has the student's weights here, and so its features.
    await extractFeatures(encoder(1), data, "train", { ...options, encoder: "teacher" });
    expect(await readdir(folder)).toHaveLength(4);
  });

  it("names an image whose features are no numbers, and stores none of them", async () => {
    const broken = {
      run,
      parameters: () => {
        const parameters = encoder(1).parameters();
        const gain = parameters["encoder.norm.weight"];
        return { ...parameters, "encoder.norm.weight": tf.mul(gain as tf.Tensor, Number.NaN) };
      },
    };
    const options = { featuresFolder: folder };
    await expect(extractFeatures(broken, data, "test", options)).rejects.toThrow(
      /Feature 0 of image 0 of split "test" is NaN/,
    );
    const [name] = await readdir(folder);
    expect((await stat(join(folder, name as string))).size).toBe(4096);
  });
});
