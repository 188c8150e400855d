import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { beforeEach, describe, expect, it } from "vitest";
import { readLabelList, type Split, writeLabelList, writeLabelLists } from "../../lib/data";
import { DataError } from "../../lib/errors";
import { temporaryFolder } from "../temporary-folder";

let folder: string;
beforeEach(() => {
  folder = temporaryFolder();
});

const paths = [
  "train/n1/n1_0.JPEG",
  "train/n1/n1_1.JPEG",
  "train/n2/n2_0.JPEG",
  "train/n2/same.JPEG",
  "train/n1/same.JPEG",
];
function split(count = paths.length): Split {
  return {
    name: "train",
    count,
    labels: Int32Array.from({ length: count }, (_, index) => index % 2),
    nameOf: (index) => paths[index] ?? `train/n3/${index}.JPEG`,
    read: () => Promise.reject(new Error("lists read no image")),
  };
}

const list = (text: string, name = "list.txt") => {
  writeFileSync(join(folder, name), text);
  return join(folder, name);
};

describe("readLabelList", () => {
  it("finds names and paths, in the split's order, and leaves out remarks and empty lines", async () => {
    const file = list("# of ours\nn2_0.JPEG\r\n\ntrain/n1/n1_0.JPEG\n");
    expect([...(await readLabelList(file, split()))]).toEqual([0, 2]);
  });

  it("names what the split does not have, what comes twice, and what two images are called", async () => {
    const failing = async (text: string) => {
      const reading = readLabelList(list(text), split());
      await expect(reading).rejects.toThrow(DataError);
      return reading.catch((error: Error) => error.message);
    };
    expect(await failing("n1_0.JPEG\nn9_9.JPEG")).toMatch(
      /1 of 2 names that split "train" does not have, such as n9_9.JPEG/,
    );
    expect(await failing("n1_0.JPEG\nn1_0.JPEG")).toMatch(/1 names twice: expected each once, got n1_0.JPEG again/);
    expect(await failing("n1_0.JPEG\ntrain/n1/n1_0.JPEG")).toMatch(/names one image in two ways/);
    expect(await failing("same.JPEG")).toMatch(/train\/n2\/same.JPEG and train\/n1\/same.JPEG: expected a path/);
    await expect(readLabelList(join(folder, "nowhere.txt"), split())).rejects.toThrow("nowhere.txt cannot be read");
  });

  it.each(["", "\n\n", "# nothing yet\n"])("refuses a file that names no image: %j", async (text) => {
    await expect(readLabelList(list(text), split())).rejects.toThrow(
      "list.txt names no image: expected one a line, such as train/n1/n1_0.JPEG.",
    );
  });

  it("checks how many there are, and knows how many SimCLR's lists of ImageNet have", async () => {
    const file = list("n1_0.JPEG\n", "1percent.txt");
    await expect(readLabelList(file, split(), { expected: 2 })).rejects.toThrow(
      "1percent.txt has 1 names: expected 2.",
    );
    await expect(readLabelList(file, split(1_281_167))).rejects.toThrow("1percent.txt has 1 names: expected 12811.");
    expect([...(await readLabelList(file, split()))]).toEqual([0]);
  });
});

describe("writeLabelLists", () => {
  it("refuses shares of which nothing can be held out, or that stand there twice, before it writes", async () => {
    const writing = (...fractions: number[]) =>
      writeLabelLists(folder, split(60), { fractions, seeds: 1, heldOut: 0.2, fingerprint: "f" });
    // One label of each of the two classes, which each class keeps.
    await expect(writing(0.5, 0.0001)).rejects.toThrow(
      "A list of 0.01 % of the labels has 2, none of which can be held out: expected a class with at least two.",
    );
    await expect(writing(0.5, 0.1, 0.5)).rejects.toThrow("The fraction 0.5 stands there twice: expected each once.");
    expect(readdirSync(folder)).toEqual([]);
  });

  it("writes lists that read back as the same images, and whose parts make up the whole", async () => {
    const of = split(60);
    const written = await writeLabelLists(folder, of, { fractions: [0.5], seeds: 2, heldOut: 0.2, fingerprint: "f" });
    expect(written.map(({ images }) => images)).toEqual([30, 24, 6, 30, 24, 6]);
    const [all, fit, held, other] = await Promise.all(written.slice(0, 4).map(({ file }) => readLabelList(file, of)));
    expect([...(fit ?? []), ...(held ?? [])].sort((a, b) => a - b)).toEqual([...(all ?? [])]);
    expect(other).not.toEqual(all);
    expect(readFileSync(written[0]?.file as string, "utf8")).toMatch(/^# 30 of 60 training images: 50 % of the labels/);
  });

  it("refuses a name that a list cannot have", async () => {
    for (const name of ["#1/a.png", " a.png", "a\nb.png"]) {
      const writing = writeLabelList(join(folder, "odd.txt"), { nameOf: () => name }, Int32Array.of(0), "one");
      await expect(writing).rejects.toThrow(`Image ${JSON.stringify(name)} cannot stand in a label list`);
    }
  });

  it("keeps the order of what it is given", async () => {
    await writeLabelList(join(folder, "a/b.txt"), split(), Int32Array.of(2, 0), "one\ntwo");
    expect(readFileSync(join(folder, "a/b.txt"), "utf8")).toBe(`# one\n# two\n${paths[2]}\n${paths[0]}\n`);
  });
});
