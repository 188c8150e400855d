import { createHash } from "node:crypto";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { beforeAll, describe, expect, it } from "vitest";
import { type EvaluateInput, parseRun } from "../../lib/config";
import { arrayDataset, labelSubset, writeLabelList } from "../../lib/data";
import { ready } from "../../lib/engine";
import { type Features, pairedDifference, probe, probeFeatures } from "../../lib/evaluate";
import { initializeParameters } from "../../lib/model";
import { rng } from "../../lib/random";
import { temporaryFolder } from "../temporary-folder";
import { clusters } from "./features-by-hand";

let folder: string;
beforeAll(async () => {
  await ready();
  folder = temporaryFolder();
});

const run = parseRun({ preset: "smoke" });
const source = { run, parameters: () => initializeParameters(run.model, rng(1), run.objective.method) };
const random = rng(9).fold("pixels");
const part = (count: number) => ({
  pixels: Uint8Array.from({ length: count * 784 }, () => random.int(0, 256)),
  labels: Array.from({ length: count }, (_, index) => index % 2),
});
const size = { height: 28, width: 28, channels: 1 };
const data = arrayDataset({ name: "noise", classNames: ["even", "odd"], ...size, train: part(100), test: part(50) });
const train = data.split("train");
const config: EvaluateInput = { encoder: "raw-pixels", protocol: "logreg", penalties: [1, 10] };

const file = (name: string, content: string) => {
  writeFileSync(join(folder, name), content);
  return join(folder, name);
};
const listOf = async (name: string, seed: number) => {
  await writeLabelList(join(folder, name), train, labelSubset(train.labels, { fraction: 0.2, seed }), name);
  return join(folder, name);
};

describe("evaluate.labelLists", () => {
  it("gives what drawing the same labels gives, and says which files they were", async () => {
    const lists = [await listOf("first.txt", 0), await listOf("second.txt", 1)];
    const [drawn] = await probe(source, data, { ...config, fractions: [0.2], subsets: 2 });
    const [listed, ...others] = await probe(source, data, { ...config, labelLists: lists });
    expect(others).toEqual([]);
    expect(listed?.subsets).toEqual(drawn?.subsets);
    expect([listed?.fraction, listed?.labels, listed?.n]).toEqual([0.2, 20, 2]);
    const heading = Array.from(labelSubset(train.labels, { fraction: 0.2, seed: 0 })).join("\n");
    const sha256 = createHash("sha256").update(`# first.txt\n${heading}\n`).digest("hex");
    expect(listed?.protocol.lists?.[0]).toEqual({ name: "first.txt", sha256 });
    expect(listed?.sentence).toContain(
      `the 20 labels (20 %) each of first.txt (SHA-256 ${sha256.slice(0, 12)}) and second.txt (SHA-256`,
    );
    expect(drawn?.protocol).not.toHaveProperty("lists");
    expect(() => pairedDifference(listed as never, drawn as never)).toThrow(/label lists: first\.txt .* and none/);
  });

  it("makes one result of files with equally many names, in place of the fractions", async () => {
    const all = Array.from({ length: 100 }, (_, place) => place).join("\n");
    const lists = [await listOf("first.txt", 0), file("all.txt", all), await listOf("second.txt", 1)];
    const results = await probe(source, data, { ...config, labelLists: lists, fractions: [0.5] });
    expect(results.map(({ labels, fraction, n }) => [labels, fraction, n])).toEqual([
      [20, 0.2, 2],
      [100, 1, 1],
    ]);
    expect(results[1]?.sentence).toMatch(/the 100 labels \(100 %\) of all\.txt/);
  });

  it("is a share of the labels where most images have none, as k shots are", async () => {
    const labels = Int32Array.from({ length: 100 }, (_, place) => (place < 20 ? place % 2 : -1));
    const some = {
      ...data,
      split: (name: "train" | "test") => ({ ...data.split(name), ...(name === "train" && { labels }) }),
    };
    const labelLists = [file("ten.txt", Array.from({ length: 10 }, (_, place) => place).join("\n"))];
    const [listed] = await probe(source, some, { ...config, labelLists });
    const [shots] = await probe(source, some, { ...config, shots: [5], subsets: 1 });
    expect([listed?.fraction, shots?.fraction]).toEqual([0.5, 0.5]);
    expect(listed?.sentence).toContain("the 10 labels (50 %) of ten.txt");
  });

  it("names a file that cannot be used, and why", async () => {
    const first = await listOf("first.txt", 0);
    const refuse = (labelLists: string[], message: RegExp) =>
      expect(probe(source, data, { ...config, labelLists })).rejects.toThrow(message);
    await refuse([join(folder, "none.txt")], /none\.txt cannot be read/);
    await refuse([file("strange.txt", "0\n1\nn01440764_1.JPEG\n")], /strange\.txt has 1 of 3 names .* n01440764_1/);
    await refuse([file("evens.txt", "0\n2\n4\n")], /evens\.txt: A subset of 3 labels has none of class 1 \(odd\)/);
    await refuse([file("empty.txt", "# nothing\n")], /empty\.txt names no image/);
    await refuse([first, await listOf("again.txt", 0)], /again\.txt names the images of .*first\.txt/);
    await refuse([], /evaluate settings: labelLists/);
  });

  it("is refused where there are features only, which have no names", async () => {
    const features: Features = clusters({ count: 40, classes: 2, distance: 3, seed: 1 });
    const source = { encoder: "student", layers: "last", blocks: 1, images: "whole images" } as const;
    const probing = probeFeatures(
      { train: features, test: features },
      { labelLists: ["a.txt"] },
      { classes: 2, source },
    );
    await expect(probing).rejects.toThrow(/labelLists names images, and features have no names/);
  });
});
