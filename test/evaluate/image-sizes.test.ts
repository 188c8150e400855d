import { mkdirSync, rmSync } from "node:fs";
import { dirname, join } from "node:path";
import { encode } from "fast-png";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { type EvaluateInput, parseRun } from "../../lib/config";
import { arrayDataset, type Dataset, openDataset, type Split } from "../../lib/data";
import { ready } from "../../lib/engine";
import { extractFeatures, probe } from "../../lib/evaluate";
import { createRandomCrops } from "../../lib/evaluate/classifiers/random-crops";
import { initializeParameters } from "../../lib/model";
import { rng } from "../../lib/random";
import { folderOf, put } from "../data/class-folders";

const [HEIGHT, WIDTH] = [40, 120];

/** 40 × 120 in gray, dark left and bright right outside the middle third, which alone an evaluation's center crop sees. */
function pixelsOf(label: number, image: number): Uint8Array {
  const pixels = new Uint8Array(HEIGHT * WIDTH);
  for (let y = 0; y < HEIGHT; y++) {
    for (let x = 0; x < WIDTH; x++) {
      const middle = 60 + 8 * image + 60 * (((label === 0 ? y : x) >> 2) % 2);
      pixels[y * WIDTH + x] = x < 40 ? 0 : x >= 80 ? 250 : middle;
    }
  }
  return pixels;
}

const png = (data: Uint8Array) => encode({ data, width: WIDTH, height: HEIGHT, channels: 1 });

let parent: string;
let folder: Dataset;
const run = parseRun({ preset: "smoke" });
const source = { run, parameters: () => initializeParameters(run.model, rng(1), run.objective.method) };

beforeAll(async () => {
  await ready();
  const made = folderOf({});
  parent = made.parent;
  for (const split of ["train", "val"])
    for (const label of [0, 1])
      for (let image = 0; image < 8; image++) {
        const path = join(made.root, split, `class${label}`, `${image}.png`);
        mkdirSync(dirname(path), { recursive: true });
        put(path, png(pixelsOf(label, image)));
      }
  folder = await openDataset({ name: "folder", path: made.root, imageSize: 28, mean: [0.5], std: [0.25] });
});
afterAll(() => {
  vi.unstubAllEnvs();
  rmSync(parent, { recursive: true });
});

/** The same images in memory, at the size that they have. */
function inMemory(): Dataset {
  const labels = [0, 1].flatMap((label) => Array<number>(8).fill(label));
  const pixels = Uint8Array.from(labels.flatMap((label, place) => [...pixelsOf(label, place % 8)]));
  const part = { pixels, labels };
  const size = { height: HEIGHT, width: WIDTH, channels: 1 };
  return arrayDataset({ name: "wide", classNames: ["class0", "class1"], ...size, train: part, test: part });
}

describe("evaluation of images of another size than the encoder's", () => {
  it("sees the same of arrays as of files: one transform", async () => {
    const [files, arrays] = await Promise.all(
      [folder, inMemory()].map((data) => extractFeatures(source, data, "train", { layers: "last4" })),
    );
    expect(files?.values).toEqual(arrays?.values);
  });

  it("is said in the protocol, of files too, whose images come at the encoder's size", async () => {
    const config: EvaluateInput = {
      encoder: ["student", "raw-pixels"],
      protocol: "logreg",
      penalties: [1],
      fractions: [1],
    };
    for (const data of [folder, inMemory()]) {
      const [student, pixels] = await probe(source, data, config);
      const transform = "center crops of 28 (shorter side, unless it is 28, resized to 32, bicubic)";
      expect(student?.protocol.images).toBe(transform);
      // Raw pixels are what the split gives.
      expect(pixels?.protocol.images).toBe(data === folder ? transform : "whole images");
    }
  });
});

describe("linear-augmented and finetune on a folder", () => {
  it("crop the full-size images, not the center crops that are tested on", async () => {
    const augmentation = { scale: [1, 1], ratio: [3, 3], flip: 0 } as {
      flip: number;
      scale: [number, number];
      ratio: [number, number];
    };
    const places = Int32Array.of(3, 12);
    const crops = createRandomCrops({ run: source.run, train: folder.split("train") }, augmentation, 0);
    const seen = await crops.draw(places, 0);
    const values = seen.dataSync();
    seen.dispose();
    crops.dispose();
    for (const image of [0, 1]) {
      const line = values.subarray(image * 784 + 14 * 28, image * 784 + 15 * 28);
      // A whole third to each side, less what the filter mixes at its edge.
      expect([...line.slice(0, 8)].every((value) => value < 1)).toBe(true);
      expect([...line.slice(20)].every((value) => value > 249)).toBe(true);
      expect([...line.slice(11, 17)].every((value) => value > 50 && value < 200)).toBe(true);
    }
    const { pixels: tested } = await folder.split("train").read(places);
    expect([tested.includes(0), tested.includes(250)]).toEqual([false, false]);
  });

  it("learn from crops that the split makes of its files, and test on evaluation images", async () => {
    const split = folder.split("train") as Required<Split>;
    const [readCrops, read] = [vi.spyOn(split, "readCrops"), vi.spyOn(split, "read")];
    const results = await probe(source, folder, {
      protocol: ["linear-augmented", "finetune"],
      fractions: [1],
      epochs: 2,
      batchSize: 8,
      learningRates: [0.1],
      finetune: { epochs: 2, batchSize: 8, learningRates: [0.01], warmupEpochs: 0 },
    });
    // Two epochs of two batches for each; the features of all images once, which crops are standardized by.
    expect([readCrops.mock.calls.length, read.mock.calls.length]).toEqual([8, 1]);
    expect(readCrops.mock.calls.map(([places]) => places.length)).toEqual(Array(8).fill(8));
    expect(readCrops.mock.calls[0]?.[1]).toMatchObject({ scale: [0.08, 1], interpolation: "bilinear" });
    for (const { sentence, mean } of results) {
      expect(sentence).toContain(
        "tested on center crops of 28 (shorter side, unless it is 28, resized to 32, bicubic)",
      );
      expect(Number.isFinite(mean)).toBe(true);
    }
  });
});
