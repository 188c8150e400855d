import { readdir, stat, truncate } from "node:fs/promises";
import { join } from "node:path";
import { beforeAll, beforeEach, describe, expect, it } from "vitest";
import { parseRun } from "../../lib/config";
import { arrayDataset, type Dataset, labelSubset, type SplitName } from "../../lib/data";
import { ready } from "../../lib/engine";
import { extractFeatures, probe, probeFeatures } from "../../lib/evaluate";
import { initializeParameters } from "../../lib/model";
import { rng } from "../../lib/random";
import { temporaryFolder } from "../temporary-folder";

const run = parseRun({ preset: "smoke" });
const source = { run, parameters: () => initializeParameters(run.model, rng(1), "i-jepa") };
const random = rng(0).fold("few labels");
const images = (count: number) => ({
  pixels: Uint8Array.from({ length: count * 784 }, (_, at) => random.int(0, 128) + (Math.floor(at / 784) % 2) * 60),
  labels: Array.from({ length: count }, (_, index) => index % 2),
});
const about = { name: "two grays", classNames: ["dark", "light"], height: 28, width: 28, channels: 1 };
const data = arrayDataset({ ...about, train: images(1200), test: images(60) });

/** The data set, and which images of a split were read. */
function watched(from: Dataset): { data: Dataset; read: Record<SplitName, Set<number>> } {
  const read = { train: new Set<number>(), validation: new Set<number>(), test: new Set<number>() };
  const split = (name: SplitName) => {
    const inner = from.split(name);
    return {
      ...inner,
      read: (places: Int32Array) => {
        for (const place of places) read[name].add(place);
        return inner.read(places);
      },
    };
  };
  return { data: { ...from, split }, read };
}

const config = {
  layers: ["last", "last4"],
  protocol: "logreg",
  fractions: [0.02, 0.05],
  subsets: 2,
  penalties: [1, 10],
} as const;
const asked = { ...config, layers: [...config.layers], fractions: [...config.fractions], penalties: [1, 10] };
const drawn = new Set(
  config.fractions.flatMap((fraction) =>
    [0, 1].flatMap((seed) => [...labelSubset(data.split("train").labels, { fraction, seed })]),
  ),
);

let folder = "";
beforeAll(() => ready());
beforeEach(async () => {
  folder = temporaryFolder();
});

describe("probe with few labels", () => {
  it("reads the images that a subset has, and gives what features of all images give", async () => {
    const { data: seen, read } = watched(data);
    const results = await probe(source, seen, asked);
    expect([...read.train].sort((a, b) => a - b)).toEqual([...drawn].sort((a, b) => a - b));
    expect(read.test.size).toBe(60);
    for (const layers of config.layers) {
      const [train, test] = [
        await extractFeatures(source, data, "train", { layers }),
        await extractFeatures(source, data, "test", { layers }),
      ];
      const whole = await probeFeatures({ train, test }, asked, {
        classes: 2,
        source: { encoder: "student", layers, blocks: layers === "last" ? 1 : 2, images: "whole images" },
      });
      expect(results.filter((result) => result.layers === layers)).toEqual(whole);
    }
    const pixels = watched(data);
    await probe(source, pixels.data, { ...asked, encoder: "raw-pixels" });
    expect(pixels.read.train).toEqual(drawn);
  });

  it("keeps those features in a file of their own, and takes them from the whole split's where it is there", async () => {
    const results = await probe(source, data, asked);
    const { data: seen, read } = watched(data);
    const options = { featuresFolder: folder };
    expect(await probe(source, seen, asked, options)).toEqual(results);
    expect(read.train.size).toBe(drawn.size);
    read.train.clear();
    expect(await probe(source, seen, asked, options)).toEqual(results);
    expect(read.train.size).toBe(0);
    const other = { ...asked, subsetSeed: 7 };
    const fresh = await probe(source, data, other);
    await extractFeatures(source, data, "train", { ...options, layers: "last4" });
    const files = await readdir(folder);
    expect(await probe(source, seen, other, options)).toEqual(fresh);
    expect(read.train.size).toBe(0);
    expect(await readdir(folder)).toEqual(files);
  });

  it("leaves alone the whole split's file that another process is about to write", async () => {
    const options = { featuresFolder: folder };
    await extractFeatures(source, data, "train", { ...options, layers: "last4" });
    const [name] = await readdir(folder);
    await truncate(join(folder, name as string), 0);
    await probe(source, data, asked, options);
    expect((await stat(join(folder, name as string))).size).toBe(0);
  });
});
