import { existsSync, mkdirSync, readdirSync, rmSync, symlinkSync, unlinkSync, writeFileSync } from "node:fs";
import { dirname, join, relative } from "node:path";
import { afterEach, beforeAll, beforeEach, describe, expect, it, vi } from "vitest";
import {
  arrayDataset,
  batches,
  type DatasetConfig,
  type ImageBatch,
  type OpenOptions,
  openDataset,
  writeImageFolder,
} from "../../lib/data";
import { ready } from "../../lib/engine";
import { DataError, DecodeError } from "../../lib/errors";
import { folderOf, put, usual } from "./class-folders";
import { bytes, contentOf, distance, golden } from "./image-goldens";

const crop = { scale: [0.3, 1], ratio: [3 / 4, 4 / 3], interpolation: "bilinear", resample: "device" } as const;
const cropConfig = { ...crop, scale: [0.3, 1] as [number, number], ratio: [3 / 4, 4 / 3] as [number, number] };

let parent: string;
let root: string;

beforeAll(() => ready());
beforeEach(() => {
  ({ parent, root } = folderOf(usual));
});
afterEach(() => {
  vi.unstubAllEnvs();
  rmSync(parent, { recursive: true });
});

const open = (config: Partial<DatasetConfig> = {}, options: OpenOptions = {}) =>
  openDataset({ name: "folder", path: root, imageSize: 14, resize: 16, ...config }, options);

describe("openDataset of a folder", () => {
  it("has the class folders as classes, files in the order of their names, folders inside a class included", async () => {
    const data = await open();
    const [train, validation] = [data.split("train"), data.split("validation")];
    expect(data.classNames).toEqual(["cat", "dog"]);
    expect([...train.labels]).toEqual([0, 0, 0, 1, 1, 1]);
    expect(Array.from({ length: 6 }, (_, index) => train.nameOf(index))).toEqual(
      Object.keys(usual).filter((path) => path.startsWith("train")),
    );
    expect(validation.count).toBe(2);
    expect(data.split("test")).toBe(validation);
    expect(() => data.split("Train" as "train")).toThrow(/ has no split "Train": ask for "train"/);
    expect([data.height, data.width, data.channels, data.problems, data.skipped]).toEqual([14, 14, 3, [], 0]);
  });

  it("numbers classes in the order of code points, as torchvision does: z, fullwidth A (U+FF21), a cat (U+1F431)", async () => {
    for (const name of ["\u{1f431}", "z", "\uff21", "zz"]) put(join(root, "..", "named", name, "1.jpg"), "rgb.jpg");
    const { classNames } = await open({ path: join(root, "..", "named") });
    expect(classNames).toEqual(["z", "zz", "\uff21", "\u{1f431}"]);
  });

  it("gives evaluation images as torchvision does, whatever the format", async () => {
    const { pixels, labels, crops } = await (await open()).split("train").read(Int32Array.of(1, 3));
    const expected = bytes(
      golden.evaluations.find(({ imageSize, interpolation }) => imageSize === 14 && interpolation === "bicubic")
        ?.pixels,
    );
    expect(distance(pixels.subarray(0, 588), expected).largest).toBeLessThanOrEqual(1);
    expect(pixels.subarray(588)).toEqual(pixels.subarray(0, 588));
    expect([[...labels], crops]).toEqual([[0, 1], null]);
    // The filter of training crops is another matter.
    const { evaluation } = await open({ crop: cropConfig });
    expect(evaluation).toEqual({ resize: 16, keepsFitting: false, interpolation: "bicubic", exifRotation: false });
  });

  it("gives evaluation images of the model's size as they are, border and all, unless another size is asked for", async () => {
    const size = { imageSize: golden.height };
    const read = async (config: Partial<DatasetConfig>) =>
      (await (await open({ ...size, resize: undefined, ...config })).split("train").read(Int32Array.of(1))).pixels;
    const rgb = bytes(golden.files["rgb.png"]?.pixels);
    // The middle of the image: 34 of its 44 columns, from the fifth on.
    const row = (y: number) => rgb.subarray((y * golden.width + 5) * 3, (y * golden.width + 5 + golden.height) * 3);
    expect([golden.height, golden.width]).toEqual([34, 44]);
    const middle = Buffer.concat(Array.from({ length: golden.height }, (_, y) => row(y)));
    expect(Buffer.from(await read({}))).toEqual(middle);
    expect(Buffer.from(await read({ resize: 39 }))).not.toEqual(middle);
  });

  it("keeps the listing, and lists anew when a file is added, removed or renamed", async () => {
    const first = await open();
    expect(readdirSync(join(parent, "cache/njepa/manifests"))).toHaveLength(2);
    expect((await open()).fingerprint).toBe(first.fingerprint);
    put(join(root, "train/dog/4.jpg"), "rgb.jpg");
    const added = await open();
    expect(added.split("train").count).toBe(7);
    unlinkSync(join(root, "train/dog/4.jpg"));
    expect((await open()).fingerprint).toBe(first.fingerprint);
    expect(added.fingerprint).not.toBe(first.fingerprint);
  });

  it("does not look at the files when it has the listing", async () => {
    await open();
    const said: string[] = [];
    // A file that changed in place leaves its folder's date alone: only reading it tells.
    writeFileSync(join(root, "train/cat/1.jpg"), "other");
    const data = await open({}, { onProgress: (line) => said.push(line) });
    expect(data.split("train").count).toBe(6);
    await expect(data.split("train").read(Int32Array.of(0))).rejects.toThrow(/1\.jpg has changed since .* was listed/);
    expect((await open({}, { fresh: true })).fingerprint).not.toBe(data.fingerprint);
  });

  it("has one fingerprint wherever the folder lies", async () => {
    const before = (await open()).fingerprint;
    const other = folderOf(usual);
    expect((await openDataset({ name: "folder", path: other.root, imageSize: 14 })).fingerprint).toBe(before);
    rmSync(other.parent, { recursive: true });
  });

  it("sets a share of each class apart where there is no folder to test on", async () => {
    const data = await open({ path: join(root, "train"), testShare: 0.34 });
    expect([...data.split("test").labels]).toEqual([0, 1]);
    expect([...data.split("train").labels]).toEqual([0, 0, 1, 1]);
    const none = await open({ path: join(root, "train") });
    expect(() => none.split("test")).toThrow(/no images to evaluate on: expected val .* beside train/);
  });

  it("takes some of every class for trainLimit", async () => {
    expect([...(await open({ trainLimit: 4 })).split("train").labels]).toEqual([0, 0, 1, 1]);
    await expect(open({ trainLimit: 7 })).rejects.toThrow("expected at most the 6 training images");
  });

  it("reads luma when there is one channel", async () => {
    const data = await open({ mean: [0.5], std: [0.2] });
    const { pixels, channels } = await data.split("train").read(Int32Array.of(1, 2));
    expect([channels, pixels.length]).toEqual([1, 2 * 14 * 14]);
  });

  it("turns images by their EXIF tag only when asked to", async () => {
    put(join(root, "train/cat/4.jpg"), "exif-6.jpg");
    const at = Int32Array.of(2);
    const [asStored, turned] = [await open(), await open({ exifRotation: true })];
    expect(asStored.split("train").nameOf(2)).toBe("train/cat/4.jpg");
    const [stored, shown] = [await asStored.split("train").read(at), await turned.split("train").read(at)];
    const straight = await asStored.split("train").read(Int32Array.of(0));
    expect(stored.pixels).toEqual(straight.pixels);
    // Orientation 6 is a quarter turn clockwise: the upper left corner is what was at the lower left.
    const pixel = (from: ImageBatch, y: number, x: number) => [
      ...from.pixels.subarray((y * 14 + x) * 3, (y * 14 + x) * 3 + 3),
    ];
    expect(distance(pixel(shown, 0, 0), pixel(straight, 13, 0)).largest).toBeLessThanOrEqual(2);
    expect(distance(pixel(shown, 0, 13), pixel(straight, 0, 0)).largest).toBeLessThanOrEqual(2);
  });
});

describe("bad files in a folder", () => {
  it("are named when the folder is opened: empty files, class folders without images, links to nowhere", async () => {
    put(join(root, "train/cat/0.jpg"), Buffer.alloc(0));
    mkdirSync(join(root, "train/bird"));
    symlinkSync("nowhere.jpg", join(root, "train/dog/9.jpg"));
    const failed = open();
    await expect(failed).rejects.toThrow(DataError);
    await expect(failed).rejects.toThrow(/3 bad files or folders/);
    for (const name of [
      "train/bird: a class folder without images",
      "train/cat/0.jpg: empty",
      "train/dog/9.jpg: ENOENT",
    ])
      await expect(failed).rejects.toThrow(name);
  });

  it("are told and left alone when they are no images by their name", async () => {
    put(join(root, "train/cat/notes.txt"), Buffer.from("x"));
    put(join(root, "train/.ipynb_checkpoints/1.jpg"), "rgb.jpg");
    put(join(root, "train/README"), Buffer.from("x"));
    symlinkSync("..", join(root, "train/dog/up"));
    const said: string[] = [];
    const { problems, classNames } = await open({}, { onProgress: (line) => said.push(line) });
    expect(said.join()).toMatch(/left alone in .*: train\/.* \(.*\) and 3 more; "npm run data -- inspect" names all/);
    expect(classNames).toEqual(["cat", "dog"]);
    expect(problems.map(({ file, kind }) => `${kind} ${file}`).sort()).toEqual([
      "ignored train/.ipynb_checkpoints",
      "ignored train/README",
      "ignored train/cat/notes.txt",
      "ignored train/dog/up",
    ]);
  });

  it("name a test class that is not trained on, and a folder that is none", async () => {
    await expect(openDataset({ name: "imagenet-1k", path: root })).rejects.toThrow("has 2 classes: expected 1000");
    put(join(root, "val/fish/1.jpg"), "rgb.jpg");
    await expect(open()).rejects.toThrow(/val\/fish is a class that the training images do not have/);
    await expect(open({ path: join(root, "nowhere") })).rejects.toThrow(/nowhere is no folder that can be read/);
    mkdirSync(join(root, "empty"));
    await expect(open({ path: join(root, "empty") })).rejects.toThrow(
      "has no images to learn from: expected a folder for each class",
    );
    await expect(openDataset({ name: "folder" })).rejects.toThrow("needs a place: expected data.path");
  });

  it("are an error also when they are to be left out, where no other is there", async () => {
    for (const name of ["cat/1.jpg", "dog/2.jpg"])
      put(join(root, "torn", name), Buffer.from("<html>404 not found</html>"));
    await expect(open({ path: join(root, "torn"), onBadImage: "skip" })).rejects.toThrow(
      /torn has no image to learn from: all 2 are broken. The first: cat\/1.jpg is no image/,
    );
  });

  it("end a reading with the file's name: cut short, something else, gone", async () => {
    put(join(root, "train/cat/1.jpg"), contentOf("rgb.jpg").subarray(0, 900));
    put(join(root, "train/cat/2.png"), Buffer.from("<html>404 not found</html>"));
    const train = (await open({}, { fresh: true })).split("train");
    await expect(train.read(Int32Array.of(0))).rejects.toThrow(DecodeError);
    await expect(train.read(Int32Array.of(0))).rejects.toThrow(/^train\/cat\/1\.jpg is a broken jpeg/);
    await expect(train.read(Int32Array.of(3, 1))).rejects.toThrow(/^train\/cat\/2\.png is no image/);
    rmSync(root, { recursive: true });
    await expect(train.read(Int32Array.of(3))).rejects.toThrow(/train\/dog\/1\.webp cannot be read any more/);
    expect(existsSync(root)).toBe(false);
  });
});

describe("parts of a folder", () => {
  const labelsOf = async (files: Record<string, string>, config: Partial<DatasetConfig> = {}) => {
    const made = folderOf(files);
    try {
      const data = await openDataset({ name: "folder", path: made.root, imageSize: 14, ...config });
      const test = await Promise.resolve()
        .then(() => [...data.split("test").labels])
        .catch(() => null);
      const told = data.problems.map(({ file, kind }) => `${kind} ${file}`);
      return { classes: data.classNames, train: [...data.split("train").labels], test, told };
    } finally {
      rmSync(made.parent, { recursive: true });
    }
  };
  const image = "rgb.jpg";

  it.each([
    ["train", "valid"],
    ["Train", "Val"],
    ["training", "testing"],
    ["train", "dev"],
    ["train2017", "val2017"],
    ["training_set", "test_set"],
    ["photos/train", "photos/eval"],
    ["data/birds/train", "data/birds/val"],
    ["birds_train", "birds_test"],
  ])("are %s and %s", async (train, test) => {
    const files = { [`${train}/a/1.jpg`]: image, [`${train}/b/1.jpg`]: image, [`${test}/b/1.jpg`]: image };
    expect(await labelsOf(files)).toEqual({ classes: ["a", "b"], train: [0, 1], test: [1], told: [] });
  });

  it("are told when a second one to evaluate on, or one of an unknown name, is left alone", async () => {
    const files = { "train/a/1.jpg": image, "val/a/1.jpg": image, "test/a/1.jpg": image, "holdout/a/1.jpg": image };
    const told = ["ignored holdout", "ignored test"];
    expect(await labelsOf(files)).toEqual({ classes: ["a"], train: [0], test: [0], told });
  });

  it("are classes where a folder called train has images in it, beside others", async () => {
    const files = { "bus/1.jpg": image, "car/1.jpg": image, "train/1.jpg": image };
    expect(await labelsOf(files)).toMatchObject({ classes: ["bus", "car", "train"], train: [0, 1, 2], test: null });
  });

  it("are refused where nothing is to learn from, two are, or it cannot be told", async () => {
    await expect(labelsOf({ "val/a/1.jpg": image, "test/a/1.jpg": image })).rejects.toThrow(
      /has test and val and nothing to learn from/,
    );
    await expect(labelsOf({ "train/a/1.jpg": image, "Training/a/1.jpg": image })).rejects.toThrow(
      /has Training and train/,
    );
    await expect(labelsOf({ "train/a/1.jpg": image, "bus/1.jpg": image })).rejects.toThrow(/Rename what is a class/);
    await expect(labelsOf({ "learn/a/1.jpg": image, "test/a/1.jpg": image })).rejects.toThrow(
      /has test with folders in it and nothing called train/,
    );
    const each = (...folders: string[]) => labelsOf(Object.fromEntries(folders.map((it) => [`${it}/1.jpg`, image])));
    await expect(each("trainA", "testA", "trainB", "testB")).rejects.toThrow(/has trainA and trainB/);
    await expect(each("a/train", "a/val", "b/train", "b/val")).rejects.toThrow(
      /a has train and val in it: expected parts with the classes/,
    );
  });

  it("may be unlabelled: images without class folders are learned from, and there is no class", async () => {
    expect(await labelsOf({ "1.jpg": image, "2.png": "rgb.png" })).toEqual({
      classes: [],
      train: [-1, -1],
      test: null,
      told: [],
    });
    const parts = { "train/1.jpg": image, "val/1.jpg": image };
    expect(await labelsOf(parts)).toMatchObject({ classes: [], train: [-1], test: [-1] });
    const unlabelledTest = { "train/a/1.jpg": image, "train/b/1.jpg": image, "test/1.jpg": image };
    expect(await labelsOf(unlabelledTest)).toMatchObject({ train: [0, 1], test: null, told: ["ignored test"] });
  });

  it("have one class for one name in two Unicode forms, and none for what systems leave behind", async () => {
    const files = {
      "train/caf\u00e9/1.jpg": image,
      "train/__MACOSX/caf\u00e9/._1.jpg": image,
      "train/@eaDir/1.jpg": image,
      "val/cafe\u0301/1.jpg": image,
    };
    const found = await labelsOf(files);
    expect([found.train, found.test, found.told]).toEqual([
      [0],
      [0],
      ["ignored train/@eaDir", "ignored train/__MACOSX"],
    ]);
    await expect(labelsOf({ "caf\u00e9/1.jpg": image, "cafe\u0301/1.jpg": image })).rejects.toThrow(
      "another class has this name in another Unicode form",
    );
  });
});

async function epoch(options: { inFlight?: number; fromStep?: number; resample?: "device" | "host"; at?: number }) {
  const train = (await open({}, { inFlight: options.inFlight })).split("train");
  const found: ImageBatch[] = [];
  const order = { batchSize: 2, seed: 3, epoch: options.at ?? 1, fromStep: options.fromStep ?? 0 };
  for await (const batch of batches(train, {
    ...order,
    crop: { ...cropConfig, resample: options.resample ?? "device" },
  }))
    found.push(batch);
  return found;
}

describe("training crops of a folder", () => {
  it("are the same however many are in flight, and from whatever step the epoch goes on", async () => {
    const whole = await epoch({ inFlight: 1 });
    expect(whole).toHaveLength(3);
    expect(await epoch({ inFlight: 7 })).toEqual(whole);
    expect(await epoch({ fromStep: 2 })).toEqual(whole.slice(2));
    expect(await epoch({ at: 2 })).not.toEqual(whole);
  });

  it("travel as their own pixels with a box, or resized when they are too large or it is asked for", async () => {
    const [first] = await epoch({});
    // Squares of 16 · ⌈14/7⌉ = 32 hold every box of a 44×34 image but those that are wider.
    expect([first?.height, first?.width, first?.crops?.length]).toEqual([32, 32, 2]);
    for (const box of first?.crops ?? []) {
      expect([box.top, box.left]).toEqual([0, 0]);
      expect(Math.max(box.height, box.width)).toBeLessThanOrEqual(32);
    }
    const [onHost] = await epoch({ resample: "host" });
    expect([onHost?.height, onHost?.width, onHost?.crops]).toEqual([14, 14, null]);
  });
});

describe("batches that are recycled", () => {
  it("hold the same crops while they are in use", async () => {
    const fresh = await epoch({});
    const train = (await open()).split("train");
    const order = { batchSize: 2, seed: 3, crop: cropConfig, recycle: [] };
    let at = 0;
    const memory = new Set<Uint8Array>();
    for (const epoch of [1, 1, 1])
      for await (const { pixels, crops, height, width } of batches(train, { ...order, epoch })) {
        const expected = fresh[at++ % 3];
        memory.add(pixels);
        for (const [row, box] of (crops ?? []).entries()) {
          for (let y = 0; y < box.height; y++) {
            const from = ((row * height + y) * width + box.left) * 3;
            const line = (of: Uint8Array | undefined) => of?.subarray(from, from + box.width * 3);
            expect(line(pixels)).toEqual(line(expected?.pixels));
          }
        }
        expect(crops).toEqual(expected?.crops);
      }
    expect(at).toBe(9);
    expect(memory.size).toBeLessThanOrEqual(3);
  });
});

describe("writeImageFolder", () => {
  it("gives every class a folder of its own inside, whatever the classes are called", async () => {
    const classNames = ["../../out", "T-shirt/top", "crane", "crane", "", ".cache"];
    const part = { pixels: new Uint8Array(6), labels: [0, 1, 2, 3, 4, 5] };
    const data = arrayDataset({ name: "odd", classNames, height: 1, width: 1, channels: 1, train: part, test: part });
    const written = await writeImageFolder(data, "test", join(parent, "a/b"));
    expect(written.map((file) => relative(join(parent, "a/b"), dirname(file)))).toEqual([
      "0 ..-..-out",
      "T-shirt-top",
      "2 crane",
      "3 crane",
      "4",
      "5 .cache",
    ]);
    expect((await open({ path: join(parent, "a/b") })).classNames).toHaveLength(6);
  });
});
