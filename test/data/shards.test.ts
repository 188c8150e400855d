import { mkdirSync, rmSync, truncateSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { afterEach, beforeAll, beforeEach, describe, expect, it, vi } from "vitest";
import { type DatasetConfig, openDataset } from "../../lib/data";
import { ready } from "../../lib/engine";
import { folderOf } from "./class-folders";
import { contentOf } from "./image-goldens";
import { tarEnd as end, tarMember as member } from "./tar-of";

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

function sample(name: string, label: number | string, image = "rgb.jpg"): Buffer {
  return Buffer.concat([member(`${name}.jpg`, contentOf(image)), member(`${name}.cls`, String(label))]);
}

function shard(path: string, ...members: Buffer[]): void {
  mkdirSync(join(root, path, ".."), { recursive: true });
  writeFileSync(join(root, path), Buffer.concat([...members, end]));
}

const openIt = (config: Partial<DatasetConfig> = {}) =>
  openDataset({ name: "webdataset", path: root, imageSize: 14, resize: 16, ...config });

describe("openDataset of shards", () => {
  it("has the samples of all shards in order, each read by itself", async () => {
    shard("images-train-0.tar", sample("a/0", 0), sample("a/1", 2, "rgb.png"));
    shard("images-train-1.tar", sample("b/0", 1));
    shard("images-val-0.tar", sample("a/0", 2));
    const data = await openIt();
    const train = data.split("train");
    expect([data.classNames, [...train.labels], [...data.split("validation").labels]]).toEqual([
      ["0", "1", "2"],
      [0, 2, 1],
      [2],
    ]);
    expect([0, 1, 2].map(train.nameOf)).toEqual([
      "images-train-0.tar/a/0.jpg",
      "images-train-0.tar/a/1.jpg",
      "images-train-1.tar/b/0.jpg",
    ]);
    const [png, jpeg] = [await train.read(Int32Array.of(1)), await train.read(Int32Array.of(2, 0))];
    const same = folderOf({ "train/x/1.png": "rgb.png", "train/x/2.jpg": "rgb.jpg" });
    const folder = (await openDataset({ name: "folder", path: same.root, imageSize: 14, resize: 16 })).split("train");
    expect(png.pixels).toEqual((await folder.read(Int32Array.of(0))).pixels);
    expect(jpeg.pixels.subarray(0, 588)).toEqual((await folder.read(Int32Array.of(1))).pixels);
    rmSync(same.parent, { recursive: true });
  });

  it("takes labels from JSON, names from classes.txt, long names of both kinds", async () => {
    const long = `${"folder/".repeat(20)}image`;
    const pax = (key: string, value: string) => {
      const rest = ` ${key}=${value}\n`;
      return `${rest.length + String(rest.length + 3).length}${rest}`;
    };
    shard(
      "train/0.tar",
      member("a.png", contentOf("rgb.png")),
      member("a.json", JSON.stringify({ label: 1, text: "a cat" })),
      member("././@LongLink", `${long}.jpg\0`, "L"),
      member("short.jpg", contentOf("rgb.jpg")),
      member("PaxHeader", pax("path", `${long}.cls`), "x"),
      member("short.cls", "0"),
    );
    writeFileSync(join(root, "classes.txt"), "\uFEFFcat\r\ndog\r\n");
    const data = await openIt();
    expect([data.classNames, [...data.split("train").labels]]).toEqual([
      ["cat", "dog"],
      [1, 0],
    ]);
    expect(data.split("train").nameOf(1)).toBe(`train/0.tar/${long}.jpg`);
  });

  it("keeps the listing of shards that did not change", async () => {
    shard("0.tar", sample("a", 0));
    shard("1.tar", sample("b", 0));
    const first = await openIt();
    shard("1.tar", sample("b", 0), sample("c", 1));
    const second = await openIt();
    expect([first.split("train").count, second.split("train").count]).toEqual([2, 3]);
    expect((await openIt()).fingerprint).toBe(second.fingerprint);
    expect(second.fingerprint).not.toBe(first.fingerprint);
  });
});

const countsOf = async (config: Partial<DatasetConfig> = {}) => {
  const data = await openIt(config);
  return [data.split("train").count, data.split("test").count];
};

describe("parts of shards", () => {
  it.each(["val", "valid", "validation", "dev", "eval", "evaluation", "test", "testing", "Val"])(
    "named %s are evaluated on, by the file's name or its folder's",
    async (word) => {
      shard("x-train-0.tar", sample("a", 0), sample("b", 1));
      shard(`x-${word}-0.tar`, sample("c", 0));
      expect(await countsOf()).toEqual([2, 1]);
      rmSync(join(root, `x-${word}-0.tar`));
      shard(`${word}/0.tar`, sample("c", 0));
      expect(await countsOf()).toEqual([2, 1]);
    },
  );

  it("of validation are taken before those of test, which are told; a name that says two parts is refused", async () => {
    shard("train-0.tar", sample("a", 0));
    shard("val-0.tar", sample("b", 0), sample("c", 0));
    shard("test-0.tar", sample("d", 0));
    const data = await openIt();
    expect([data.split("train").count, data.split("test").count]).toEqual([1, 2]);
    expect(data.problems.map(({ kind, file }) => `${kind} ${file}`)).toEqual(["ignored test-0.tar"]);
    shard("train-val-0.tar", sample("e", 0));
    await expect(openIt()).rejects.toThrow("train-val-0.tar: its name says training and evaluation");
  });

  it("may begin their names anew in each shard", async () => {
    shard("0.tar", sample("0000", 0), sample("0001", 1));
    shard("1.tar", sample("0000", 1, "gray.jpg"), sample("0001", 0, "gray.jpg"));
    const data = await openIt();
    expect([[...data.split("train").labels], data.problems]).toEqual([[0, 1, 1, 0], []]);
  });
});

describe("archives that are packed, cut or joined", () => {
  it.each([
    ["0.tar.gz", "a packed archive"],
    ["0.tgz", "a packed archive"],
    ["b/0.tar.zst", "a packed archive"],
    ["0.zip", "an archive of another kind"],
    ["0.tar.part", "a part of an archive"],
  ])("%s is refused by name", async (name, message) => {
    shard("1.tar", sample("a", 0));
    shard(name, sample("b", 0));
    await expect(openIt()).rejects.toThrow(`${name}: ${message}`);
  });

  it("are told where they only call themselves tar", async () => {
    writeFileSync(join(root, "0.tar"), gzipSync(sample("a", 0)));
    await expect(openIt()).rejects.toThrow("0.tar: byte 0: expected the header of a member, got gzip");
  });

  it("in capitals are read", async () => {
    shard("A.TAR", sample("a", 0));
    expect((await openIt()).split("train").count).toBe(1);
  });

  const two = Buffer.concat([sample("a", 0), sample("b", 1)]);
  const one = sample("a", 0).length;
  it.each([
    ["within a header", two.subarray(0, one + 300), `byte ${one}: the archive ends within a header, after 300`],
    ["between members", two.subarray(0, one), `byte ${one}: the archive ends without an end mark`],
    ["after a member's name", two.subarray(0, one + 512 + 10), `byte ${one}: a member of`],
    ["by nothing, but joined", Buffer.concat([two, end, two, end]), `behind its end mark at byte ${two.length}`],
    [
      "by a hole of zeros",
      Buffer.concat([sample("a", 0), Buffer.alloc(4096), two, end]),
      `byte ${one + 4096}: the archive goes on`,
    ],
    ["by junk at the end", Buffer.concat([two, end, Buffer.from("x")]), "and the 1 bytes from there are not read"],
  ])("%s are told with the byte", async (_, content, message) => {
    writeFileSync(join(root, "0.tar"), content);
    await expect(openIt()).rejects.toThrow(message);
    expect((await openIt({ onBadImage: "skip" })).split("train").count).toBeGreaterThan(0);
  });

  it("with a long extended header, or with one block of zeros at the end, are whole", async () => {
    const note = `SCHILY.xattr.user.note=${"x".repeat(70_000)}\n`;
    const record = `${note.length + 6} ${note}`;
    writeFileSync(join(root, "0.tar"), Buffer.concat([member("p", record, "x"), two, Buffer.alloc(512)]));
    expect((await openIt()).split("train").count).toBe(2);
  });
});

describe("members of a shard", () => {
  it.each([
    ["[]", "its label is []"],
    ["[1]", "its label is [1]"],
    ["true", "its label is true"],
    ["-1", "its label is -1"],
    ["1.5", "its label is 1.5"],
  ])("with the JSON label %s are refused, not taken for a class", async (label, message) => {
    shard("0.tar", sample("a", 0), member("b.jpg", contentOf("rgb.jpg")), member("b.json", `{"label": ${label}}`));
    await expect(openIt()).rejects.toThrow(`0.tar/b.jpg: ${message}: expected a class number`);
  });

  it("with a JSON text of half a megabyte that does not end are refused at once", async () => {
    shard("0.tar", member("b.jpg", contentOf("rgb.jpg")), member("b.json", `"${'\\"'.repeat(250_000)}`));
    await expect(openIt()).rejects.toThrow("0.tar/b.jpg: its label is JSON that cannot be read");
  });

  it("with a JSON list and no object are refused", async () => {
    shard("0.tar", member("b.jpg", contentOf("rgb.jpg")), member("b.json", "[1]"));
    await expect(openIt()).rejects.toThrow("0.tar/b.jpg: its label is [1]");
  });

  it("have labels in JSON as Python writes it, after a byte order mark, and as digits", async () => {
    const json = (name: string, text: string) => [
      member(`${name}.jpg`, contentOf("rgb.jpg")),
      member(`${name}.json`, text),
    ];
    shard(
      "0.tar",
      ...json("a", '{"label": 1, "similarity": NaN, "text": "a NaN \\" -Infinity", "low": -Infinity}'),
      ...json("b", '\ufeff{"label": 2}'),
      ...json("c", '{"cls": "0"}'),
    );
    expect([...(await openIt()).split("train").labels]).toEqual([1, 2, 0]);
  });

  it("need not lie side by side; those of macOS between them are counted and left out", async () => {
    shard(
      "0.tar",
      member("a.cls", "0"),
      member("./._a.cls", "fork"),
      member("README", "hello"),
      member("b.cls", "1"),
      member("a.jpg", contentOf("rgb.jpg")),
      member("._b.jpg", "fork"),
      member("b.jpg", contentOf("rgb.jpg")),
    );
    const data = await openIt();
    expect([...data.split("train").labels]).toEqual([0, 1]);
    expect(data.problems.map(({ file, message }) => `${file}: ${message}`)).toEqual([
      "0.tar: 2 members of the system's, such as ._NAME of macOS",
      "0.tar/README: a sample without an image",
    ]);
  });

  it("with a dot in their names are told with what was found", async () => {
    shard("0.tar", sample("a", 0), member("b.input.png", contentOf("rgb.png")), member("b.cls", "1"));
    await expect(openIt()).rejects.toThrow("0.tar/b: no member b.jpg (or png …) but b.input.png");
  });

  it("without any label at all are learned from, and there is no class", async () => {
    shard(
      "0.tar",
      member("a.jpg", contentOf("rgb.jpg")),
      member("a.txt", "a cat"),
      member("b.png", contentOf("rgb.png")),
    );
    const data = await openIt();
    expect([data.classNames, [...data.split("train").labels], data.problems]).toEqual([[], [-1, -1], []]);
    expect([...(await data.split("train").read(Int32Array.of(1))).labels]).toEqual([-1]);
  });
});

describe("bad shards", () => {
  it("are named with the byte where they stop making sense, and what is whole is used when told to skip", async () => {
    shard("0.tar", sample("a", 0), sample("b", 1));
    shard("1.tar", sample("c", 0), Buffer.alloc(512, "x"));
    truncateSync(join(root, "0.tar"), 512 + 1000);
    await expect(openIt()).rejects.toThrow(
      /2 bad files or folders:\n {2}- 0\.tar: byte 0: a member of \d+ bytes begins/,
    );
    await expect(openIt()).rejects.toThrow(/1\.tar: byte \d+: expected the header of a member, got something else/);
    const data = await openIt({ onBadImage: "skip" });
    expect([data.split("train").count, data.skipped]).toEqual([1, 2]);
  });

  it("are never unpacked, and members that climb out of the folder are told", async () => {
    shard("0.tar", sample("a", 0), sample("../../etc/evil", 0), sample("/abs", 0), member("link.jpg", "", "2"));
    await expect(openIt()).rejects.toThrow("0.tar/../../etc/evil.jpg: its name leads out of the archive");
    const data = await openIt({ onBadImage: "skip" });
    expect(data.split("train").count).toBe(1);
    expect(data.problems.map(({ file, kind }) => `${kind} ${file}`)).toEqual([
      "unsafe 0.tar/../../etc/evil.jpg",
      "unsafe 0.tar/../../etc/evil.cls",
      "unsafe 0.tar//abs.jpg",
      "unsafe 0.tar//abs.cls",
      "ignored 0.tar/link.jpg",
    ]);
  });

  it("name samples without a label, with two images, of no length, and names that come twice", async () => {
    shard("0.tar", member("a.jpg", contentOf("rgb.jpg")), sample("b", "cat"), sample("c", 0), member("d.cls", "0"));
    shard(
      "1.tar",
      sample("c", 0),
      sample("e", 1),
      member("e.png", contentOf("rgb.png")),
      member("f.jpg", ""),
      member("f.cls", "1"),
    );
    const { problems, skipped, split } = await openIt({ onBadImage: "skip" });
    expect(problems.map(({ file, kind }) => `${kind} ${file}`)).toEqual([
      "broken 0.tar/b.jpg",
      "ignored 0.tar/d",
      "duplicate 1.tar/e.png",
      "broken 1.tar/f.jpg",
      "broken 0.tar/a.jpg",
      "duplicate 1.tar/c.jpg",
    ]);
    expect([skipped, split("train").count]).toEqual([5, 2]);
    await expect(openIt()).rejects.toThrow("0.tar/b.jpg: its label is cat: expected a class number, 0 or more");
  });

  it("are no shards: a folder without any, a file, a text", async () => {
    await expect(openIt()).rejects.toThrow(/has no images to learn from: expected WebDataset shards/);
    writeFileSync(join(root, "0.tar"), "this is no archive".repeat(100));
    await expect(openIt()).rejects.toThrow("0.tar: byte 0: expected the header of a member");
    await expect(openIt({ path: join(root, "0.tar") })).rejects.toThrow("is no folder that can be read");
  });

  it("end a reading with the sample's name when the shard is gone", async () => {
    shard("0.tar", sample("a", 0));
    const train = (await openIt()).split("train");
    rmSync(join(root, "0.tar"));
    await expect(train.read(Int32Array.of(0))).rejects.toThrow(/^0\.tar\/a\.jpg cannot be read any more: ENOENT/);
  });
});

describe('onBadImage: "skip"', () => {
  it("leaves broken images out of split, count and fingerprint, names them, and remembers", async () => {
    const cut = contentOf("rgb.jpg").subarray(0, 1000);
    const other = folderOf({
      "train/cat/1.jpg": "rgb.jpg",
      "train/cat/2.jpg": cut,
      "train/dog/1.png": "rgb.png",
      "train/dog/2.jpg": Buffer.from("<html>not found</html>"),
      "train/dog/3.jpg": Buffer.alloc(0),
    });
    const skip = (onProgress?: (line: string) => void) =>
      openDataset({ name: "folder", path: other.root, imageSize: 14, onBadImage: "skip" }, { onProgress });
    const data = await skip();
    expect([...data.split("train").labels]).toEqual([0, 1]);
    expect(data.skipped).toBe(3);
    expect(data.problems.map(({ file, kind }) => `${kind} ${file}`).sort()).toEqual([
      "broken train/cat/2.jpg",
      "broken train/dog/2.jpg",
      "broken train/dog/3.jpg",
    ]);
    const again = await skip();
    expect([again.fingerprint, again.problems]).toEqual([data.fingerprint, data.problems]);
    await expect(openDataset({ name: "folder", path: other.root })).rejects.toThrow("train/dog/3.jpg: empty");
    rmSync(other.parent, { recursive: true });
  });
});
