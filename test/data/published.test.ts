import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { encode } from "fast-png";
import { afterEach, beforeAll, beforeEach, describe, expect, it, vi } from "vitest";
import { openDataset } from "../../lib/data";
import { cifarData } from "../../lib/data/published/cifar";
import { recordsOfPng } from "../../lib/data/published/cifar-images";
import { locatePublished, openPublished } from "../../lib/data/published/published-data";
import { openImagenette } from "../../lib/data/sources/imagenette";
import { openStl } from "../../lib/data/sources/stl-10";
import { openTinyImageNet } from "../../lib/data/sources/tiny-imagenet";
import { ready } from "../../lib/engine";
import { DataError } from "../../lib/errors";
import { temporaryFolder } from "../temporary-folder";
import { put } from "./class-folders";
import { tarOf } from "./tar-of";

let root: string;

beforeAll(() => ready());
beforeEach(() => {
  root = temporaryFolder();
  vi.stubEnv("XDG_CACHE_HOME", join(root, "cache"));
  vi.stubEnv("NJEPA_DATA", join(root, "data"));
});
afterEach(() => {
  vi.unstubAllEnvs();
  rmSync(root, { recursive: true });
});

describe("CIFAR", () => {
  /** A record: label bytes, then red, green and blue, of which each pixel's number is in red. */
  const record = (...label: number[]) => {
    const red = Buffer.from(Array.from({ length: 1024 }, (_, pixel) => pixel % 256));
    return Buffer.concat([Buffer.from(label), red, Buffer.alloc(1024, 100), Buffer.alloc(1024, 200)]);
  };
  const packed = gzipSync(
    tarOf({
      "cifar/train.bin": Buffer.concat([record(9, 1), record(9, 0), record(9, 1)]),
      "cifar/test.bin": record(9, 0),
      "cifar/fine_label_names.txt": Buffer.from("apple\nbaby\n"),
    }),
  );
  const md5 = createHash("md5").update(packed).digest("hex");
  const made = (given: object = {}) =>
    cifarData({
      name: "cifar-100",
      file: "cifar.tar.gz",
      md5,
      train: ["train.bin"],
      test: ["test.bin"],
      records: { train: 3, test: 1 },
      labelBytes: 2,
      names: "fine_label_names.txt",
      ...given,
    });

  it("is read out of its archive: the fine label, and pixels side by side", async () => {
    mkdirSync(join(root, "data/cifar-100"), { recursive: true });
    writeFileSync(join(root, "data/cifar-100/cifar.tar.gz"), packed);
    expect(locatePublished(made())).toEqual({ directory: join(root, "data/cifar-100"), source: "explicit" });
    const data = await openPublished(made(), {}, {});
    expect([data.classNames, [...data.split("train").labels], [...data.split("test").labels]]).toEqual([
      ["apple", "baby"],
      [1, 0, 1],
      [0],
    ]);
    const { pixels } = await data.split("train").read(Int32Array.of(1));
    // Row 1, column 2 is pixel 34.
    expect([...pixels.subarray(3 * 34, 3 * 35)]).toEqual([34, 100, 200]);
  });

  it("is refused when it is another archive, has other records, or lacks a file", async () => {
    writeFileSync(join(root, "cifar.tar.gz"), packed);
    await expect(made({ md5: "0".repeat(32) }).read(root)).rejects.toThrow(
      `not the published archive of CIFAR-100: expected MD5 ${"0".repeat(32)}, got ${md5}`,
    );
    await expect(made({ records: { train: 2, test: 1 } }).read(root)).rejects.toThrow("expected 2 records of 3074");
    await expect(made({ test: ["other.bin"] }).read(root)).rejects.toThrow(
      "has no other.bin: expected it among train.bin",
    );
    expect((await made().read(root, 2)).split("train").count).toBe(2);
  });

  it("stays in the cache when more training images are asked for than it has", async () => {
    vi.stubEnv("NJEPA_DATA", "");
    const cached = join(root, "cache/njepa/cifar-100/cifar.tar.gz");
    put(cached, packed);
    const opening = openPublished({ ...made(), mirrors: [] }, { trainLimit: 4 }, {});
    await expect(opening).rejects.toThrow(/^data.trainLimit is 4: expected at most the 3 training images.$/);
    expect(existsSync(cached)).toBe(true);
  });

  it("is left alone when another process has replaced a damaged cache, or nothing better can be fetched", async () => {
    vi.stubEnv("NJEPA_DATA", "");
    const cached = join(root, "cache/njepa/cifar-100/cifar.tar.gz");
    put(cached, Buffer.from("damaged"));
    await expect(openPublished({ ...made(), mirrors: [] }, {}, {})).rejects.toThrow("could neither be found");
    expect(readFileSync(cached, "utf8")).toBe("damaged");
    const onProgress = () => put(cached, packed);
    const data = await openPublished({ ...made(), mirrors: [] }, {}, { onProgress });
    expect(data.split("train").count).toBe(3);
  });

  it("is read from the archive's files as well, each checked", async () => {
    const [train, test] = [record(9, 1), record(9, 0)];
    const hash = (content: Buffer) => createHash("md5").update(content).digest("hex");
    const unpacked = { "train.bin": hash(train), "test.bin": hash(test) };
    const loose = made({ records: { train: 1, test: 1 }, names: ["apple", "baby"], unpacked });
    put(join(root, "data/cifar-100/train.bin"), train);
    expect(() => locatePublished(loose)).toThrow(DataError);
    put(join(root, "data/cifar-100/test.bin"), test);
    const data = await openPublished(loose, {}, {});
    expect([data.classNames, [...data.split("train").labels]]).toEqual([["apple", "baby"], [1]]);
    put(join(root, "data/cifar-100/test.bin"), record(9, 1));
    await expect(openPublished(loose, {}, {})).rejects.toThrow("test.bin is not the published archive of CIFAR-100");
  });

  it("is made of a PNG that has an image in each row", () => {
    const pixels = new Uint8Array(2 * 1024 * 3);
    // The second image's pixel 34: red 1, green 2, blue 3.
    pixels.set([1, 2, 3], 3 * (1024 + 34));
    const png = (height: number) => Buffer.from(encode({ width: 1024, height, channels: 3, depth: 8, data: pixels }));
    const records = recordsOfPng(png(2), [7, 5]);
    expect(records.length).toBe(2 * 3073);
    expect([0, 3073].map((at) => records[at])).toEqual([7, 5]);
    expect([0, 1, 2].map((channel) => records[3073 + 1 + 1024 * channel + 34])).toEqual([1, 2, 3]);
    expect(records.reduce((sum, byte) => sum + byte, 0)).toBe(7 + 5 + 6);
    expect(() => recordsOfPng(png(2), [7])).toThrow("1024×2 with 3 channels of 8 bits: expected 1024×1");
    expect(() => recordsOfPng(png(2), [7, 10])).toThrow("CIFAR's label 1 is 10: expected 0 to 9");
  });

  it("is looked for in the cache where NJEPA_DATA holds other sets alone", () => {
    mkdirSync(join(root, "data/stl-10"), { recursive: true });
    expect(locatePublished(made())).toBeNull();
    rmSync(join(root, "data/stl-10"), { recursive: true });
    expect(() => locatePublished(made())).toThrow(DataError);
  });
});

describe("STL-10", () => {
  const bytes = 96 * 96 * 3;
  /** An image whose red is its column and whose green is its row. */
  const image = (blue: number) => {
    const planes = [(x: number) => x, (_: number, y: number) => y, () => blue];
    return Buffer.from(
      planes.flatMap((plane) => Array.from({ length: 96 * 96 }, (_, at) => plane(Math.floor(at / 96), at % 96))),
    );
  };
  const counts = { train: 2, unlabeled: 1, test: 1 };
  const write = () => {
    const files = {
      "train_X.bin": Buffer.concat([image(1), image(2)]),
      "train_y.bin": Buffer.from([2, 1]),
      "unlabeled_X.bin": image(3),
      "test_X.bin": image(4),
      "test_y.bin": Buffer.from([1]),
      "class_names.txt": Buffer.from("airplane\nbird\n"),
    };
    for (const [name, content] of Object.entries(files)) put(join(root, name), content);
  };

  it("has its labelled images first, then the unlabelled ones, and stored columns upright", async () => {
    write();
    const data = await openStl(root, counts);
    const train = data.split("train");
    expect([[...train.labels], [...data.split("test").labels]]).toEqual([[1, 0, -1], [0]]);
    expect(() => data.split("unlabeled" as "train")).toThrow('stl-10 has no split "unlabeled": ask for "train"');
    const { pixels, labels } = await train.read(Int32Array.of(2, 0));
    const at = (image: number, y: number, x: number) => {
      const from = image * bytes + (y * 96 + x) * 3;
      return [...pixels.subarray(from, from + 3)];
    };
    // Column 7 of row 5; images 2 and 0 have blue 3 and 1.
    expect([at(0, 5, 7), at(1, 95, 0), [...labels]]).toEqual([
      [7, 5, 3],
      [0, 95, 1],
      [-1, 1],
    ]);
    expect((await openStl(root, counts, 1)).fingerprint).not.toBe(data.fingerprint);
  });

  it("is refused when a file has another length or a label is none", async () => {
    write();
    await expect(openStl(root, { ...counts, test: 2 })).rejects.toThrow(
      `test_X.bin has ${bytes} bytes: expected ${2 * bytes}`,
    );
    put(join(root, "train_y.bin"), Buffer.from([2, 3]));
    await expect(openStl(root, counts)).rejects.toThrow("has label 3: expected 1 … 2");
  });
});

describe("Tiny ImageNet", () => {
  const expected = { classes: 2, train: 2, validation: 1 };
  const open = () => openTinyImageNet(root, { name: "tiny-imagenet", imageSize: 14 }, {}, expected);
  const write = () => {
    put(join(root, "wnids.txt"), Buffer.from("n2\nn1\n"));
    put(join(root, "words.txt"), Buffer.from("n1\tgoldfish\nn2\tfrog\nn3\tother\n"));
    put(join(root, "train/n1/images/n1_0.JPEG"), "rgb.jpg");
    put(join(root, "train/n2/images/n2_0.JPEG"), "gray.jpg");
    put(join(root, "val/images/val_0.JPEG"), "rgb.jpg");
    put(join(root, "val/val_annotations.txt"), Buffer.from("val_0.JPEG\tn2\t0\t0\t9\t9\n"));
    put(join(root, "test/images/test_0.JPEG"), "rgb.jpg");
  };

  it("has the labels of its validation images from their table, and classes by their words", async () => {
    write();
    const data = await open();
    expect([data.classNames, [...data.split("train").labels], [...data.split("validation").labels]]).toEqual([
      ["goldfish", "frog"],
      [0, 1],
      [1],
    ]);
    expect((await data.split("train").read(Int32Array.of(1))).pixels).toHaveLength(14 * 14 * 3);
  });

  it("is refused when images, classes or the table are others", async () => {
    write();
    put(join(root, "train/n1/images/n1_1.JPEG"), "rgb.jpg");
    await expect(open()).rejects.toThrow(
      "is not Tiny ImageNet: expected 2 classes, 2 training and 1 validation images, got 2, 3",
    );
    rmSync(join(root, "val/images/val_0.JPEG"));
    await expect(open()).rejects.toThrow("val_0.JPEG is not there, though val_annotations.txt names it");
    rmSync(join(root, "wnids.txt"));
    await expect(open()).rejects.toThrow(/wnids\.txt cannot be read/);
  });
});

it.each(["stl-10", "imagenette", "tiny-imagenet"] as const)(
  "names what is expected when data.path is a folder without %s",
  async (name) => {
    await expect(openDataset({ name, path: join(root, "nowhere") })).rejects.toThrow(
      new RegExp(`is not in ${join(root, "nowhere")}: expected .* unpacked, and data.path or NJEPA_DATA to name `),
    );
  },
);

describe("Imagenette", () => {
  const open = () => openImagenette(root, { name: "imagenette", imageSize: 14 }, {}, { train: 2, validation: 1 });

  it("has classes in the order of ImageNet's ids, by their names, and is refused with others or with more images", async () => {
    put(join(root, "train/n03028079/a.JPEG"), "rgb.jpg");
    put(join(root, "train/n01440764/b.JPEG"), "gray.jpg");
    put(join(root, "val/n01440764/c.JPEG"), "rgb.jpg");
    const data = await open();
    expect(data.classNames).toHaveLength(10);
    const named = (part: "train" | "validation") =>
      [...data.split(part).labels].map((label) => data.classNames[label]).sort();
    expect([named("train"), named("validation")]).toEqual([["church", "tench"], ["tench"]]);
    put(join(root, "val/n03028079/d.JPEG"), "rgb.jpg");
    await expect(open()).rejects.toThrow("expected 2 training and 1 validation images, got 2 and 2");
    put(join(root, "val/n9/d.JPEG"), "rgb.jpg");
    await expect(open()).rejects.toThrow(/n9 is no class of Imagenette: n01440764/);
  });
});
