import { rmSync, symlinkSync, truncateSync } from "node:fs";
import { join } from "node:path";
import type { ColumnSource } from "hyparquet-writer";
import { afterEach, beforeAll, beforeEach, describe, expect, it, vi } from "vitest";
import { type DatasetConfig, datasetAt, openDataset } from "../../lib/data";
import { AnswerRoom } from "../../lib/data/files/answer-room";
import { ready } from "../../lib/engine";
import { folderOf, put } from "./class-folders";
import { contentOf } from "./image-goldens";

let parent: string;
let root: string;

beforeAll(() => ready());
beforeEach(() => {
  ({ parent, root } = folderOf({}));
});
afterEach(() => {
  vi.unstubAllEnvs();
  rmSync(parent, { recursive: true });
});

const image = (name: string) => ({ bytes: new Uint8Array(contentOf(name)), path: name });

/** A file as Hugging Face's datasets writes them: a group of bytes and path, class numbers, features in the metadata. */
async function write(
  path: string,
  images: unknown[],
  labels: (number | string | null)[] | null,
  { names, group = 2, column = "image" }: { names?: string[]; group?: number; column?: string } = {},
): Promise<void> {
  const { parquetWriteBuffer } = await import("hyparquet-writer");
  const isText = labels?.some((label) => typeof label === "string") ?? false;
  const columnData: ColumnSource[] = [{ name: column, data: images }];
  const label = isText ? { type: "BYTE_ARRAY" as const, converted_type: "UTF8" as const } : { type: "INT64" as const };
  if (labels) {
    const data = labels.map((one) => (typeof one === "number" ? BigInt(one) : one));
    columnData.push({ name: "label", data });
  }
  const features = {
    [column]: { _type: "Image" },
    ...(names && { label: { names, _type: "ClassLabel" } }),
  };
  const buffer = parquetWriteBuffer({
    columnData,
    schema: [
      { name: "root", num_children: columnData.length },
      { name: column, num_children: 2, repetition_type: "OPTIONAL" },
      { name: "bytes", type: "BYTE_ARRAY", repetition_type: "OPTIONAL" },
      { name: "path", type: "BYTE_ARRAY", converted_type: "UTF8", repetition_type: "OPTIONAL" },
      ...(labels ? [{ name: "label", ...label, repetition_type: "OPTIONAL" as const }] : []),
    ],
    rowGroupSize: group,
    kvMetadata: [{ key: "huggingface", value: JSON.stringify({ info: { features } }) }],
  });
  put(join(root, path), new Uint8Array(buffer));
}

const openIt = (config: Partial<DatasetConfig> = {}) =>
  openDataset({ name: "parquet", path: root, imageSize: 14, resize: 16, ...config });

describe("openDataset of Parquet files", () => {
  it("has the rows of all files, classes by the names in the metadata, and parts by the files' names", async () => {
    const names = ["cat", "dog"];
    const images = ["rgb.jpg", "rgb.png", "gray.jpg"].map(image);
    await write("data/train-00000-of-00002.parquet", images, [0, 1, 0], { names });
    await write("data/train-00001-of-00002.parquet", [image("rgb.bmp")], [1], { names });
    await write("data/validation-00000-of-00001.parquet", [image("rgb.png")], [1], { names });
    const data = await openIt();
    const [train, test] = [data.split("train"), data.split("test")];
    expect([data.classNames, [...train.labels], [...test.labels], data.problems]).toEqual([
      names,
      [0, 1, 0, 1],
      [1],
      [],
    ]);
    expect([train.nameOf(2), train.nameOf(3)]).toEqual([
      "data/train-00000-of-00002.parquet/2",
      "data/train-00001-of-00002.parquet/0",
    ]);
    const same = folderOf({ "a/1.jpg": "rgb.jpg", "a/2.png": "rgb.png", "a/3.jpg": "gray.jpg", "a/4.bmp": "rgb.bmp" });
    const folder = await openDataset({ name: "folder", path: same.root, imageSize: 14, resize: 16 });
    const order = Int32Array.of(3, 0, 2, 1, 0);
    expect((await train.read(order)).pixels).toEqual((await folder.split("train").read(order)).pixels);
    rmSync(same.parent, { recursive: true });
    expect(await datasetAt(root)).toEqual({ name: "parquet", path: root });
  });

  it("is unlabelled without a column of classes; a test part whose labels are taken out is told", async () => {
    await write("train.parquet", [image("rgb.jpg"), image("rgb.png")], null, { column: "img" });
    const bare = await openIt();
    expect([bare.classNames, [...bare.split("train").labels]]).toEqual([[], [-1, -1]]);
    await write("train.parquet", [image("rgb.jpg"), image("rgb.png"), image("rgb.png")], [1, 0, null]);
    await write("test.parquet", [image("rgb.jpg")], [-1]);
    const data = await openIt();
    expect([data.classNames, [...data.split("train").labels]]).toEqual([
      ["0", "1"],
      [1, 0, -1],
    ]);
    expect(data.problems.map(({ kind, file }) => `${kind} ${file}`)).toEqual(["ignored test.parquet"]);
    expect(() => data.split("test")).toThrow("no images to evaluate on");
  });

  it("takes as many images as trainLimit says where only some have labels", async () => {
    const labels = Array.from({ length: 20 }, (_, row) => (row < 4 ? row % 2 : null));
    await write(
      "train.parquet",
      labels.map(() => image("rgb.jpg")),
      labels,
    );
    const kept = [...(await openIt({ trainLimit: 10 })).split("train").labels];
    expect([-1, 0, 1].map((label) => kept.filter((one) => one === label).length)).toEqual([8, 1, 1]);
  });

  it("reads files once where a link leads back to their folder", async () => {
    await write("train.parquet", [image("rgb.jpg"), image("rgb.png")], [0, 1]);
    symlinkSync(".", join(root, "again"));
    const data = await openIt();
    expect(data.split("train").count).toBe(2);
    expect(data.problems.map(({ file, message }) => `${file}: ${message}`)).toEqual([
      "again: a link back to a folder that it lies in",
    ]);
  });

  it("names what is wrong: a text for a label, a label beyond the names, no image, no column, no Parquet", async () => {
    const two = [image("rgb.jpg"), image("rgb.png")];
    await write("a.parquet", two, ["cat", "dog"]);
    await expect(openIt()).rejects.toThrow(/a\.parquet, row 0: label is .*cat.*: expected a class number/);
    await write("a.parquet", two, [0, 2], { names: ["cat", "dog"] });
    await expect(openIt()).rejects.toThrow("has label 2: expected 0 … 1, the classes that it names");
    await write("a.parquet", [two[0], { bytes: null, path: "far/away.jpg" }, null], [0, 1, 1]);
    const train = (await openIt()).split("train");
    await expect(train.read(Int32Array.of(1))).rejects.toThrow(
      "a.parquet/1 has no image in it but the name of a file, far/away.jpg",
    );
    await expect(train.read(Int32Array.of(2))).rejects.toThrow("a.parquet/2 has no image in it: expected its bytes");
    expect((await openIt({ onBadImage: "skip" })).split("train").count).toBe(1);
    await write("b.parquet", two, [0, 1], { column: "photo" });
    await expect(openIt()).rejects.toThrow("b.parquet has no column image, as a.parquet has");
    truncateSync(join(root, "b.parquet"), 100);
    await expect(openIt()).rejects.toThrow(/b\.parquet is no whole Parquet file/);
  });
});

describe("AnswerRoom", () => {
  it("lets pages unpack, and values be copied, to so many bytes and no more", () => {
    const room = new AnswerRoom(100);
    const { ZSTD } = room.limited({ ZSTD: (_: Uint8Array, length: number) => new Uint8Array(length) });
    const unpack = ZSTD as (packed: Uint8Array, length: number) => Uint8Array;
    expect(unpack(new Uint8Array(1), 60)).toHaveLength(60);
    expect(() => unpack(new Uint8Array(1), 60)).toThrow("its pages unpack to more than 100 bytes");
    const shared = { bytes: new Uint8Array(50).fill(7), path: "a" };
    const [one, other] = room.copies([shared, shared]) as [typeof shared, typeof shared];
    expect([one, one.bytes === other.bytes]).toEqual([shared, false]);
    expect(() => room.copies([shared, shared, shared])).toThrow("3 rows come to more than 100 bytes");
  });
});
