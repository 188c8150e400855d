import { mkdirSync, rmSync, truncateSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, beforeAll, beforeEach, describe, expect, it, vi } from "vitest";
import { type DatasetConfig, openDataset } from "../../lib/data";
import { ready } from "../../lib/engine";
import { folderOf } from "./class-folders";
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

/** A ustar header by hand, fields as POSIX names them. */
function header(name: string, size: number, type = "0"): Buffer {
  const block = Buffer.alloc(512);
  block.write(name.slice(0, 100), 0);
  block.write("0000644\0", 100);
  block.write(`${size.toString(8).padStart(11, "0")}\0`, 124);
  block.write("ustar\x0000", 257, "latin1");
  block.write(type, 156);
  block.write("        ", 148);
  const sum = block.reduce((total, byte) => total + byte, 0);
  block.write(`${sum.toString(8).padStart(6, "0")}\0 `, 148);
  return block;
}

const padded = (content: Buffer) => Buffer.concat([content, Buffer.alloc((512 - (content.length % 512)) % 512)]);
const member = (name: string, content: string | Buffer, type?: string) =>
  Buffer.concat([header(name, Buffer.from(content).length, type), padded(Buffer.from(content))]);
const end = Buffer.alloc(1024);

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
    writeFileSync(join(root, "classes.txt"), "cat\ndog\n");
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
      "broken 0.tar/a.jpg",
      "broken 0.tar/b.jpg",
      "ignored 0.tar/d",
      "duplicate 1.tar/e.png",
      "broken 1.tar/f.jpg",
      "duplicate 1.tar/c.jpg",
    ]);
    expect([skipped, split("train").count]).toEqual([5, 2]);
    await expect(openIt()).rejects.toThrow("0.tar/a.jpg: no class number");
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
