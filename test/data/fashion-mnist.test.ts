import { chmodSync, mkdirSync, readdirSync, rmSync, symlinkSync, unlinkSync, writeFileSync } from "node:fs";
import { copyFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { afterEach, beforeAll, beforeEach, describe, expect, it, vi } from "vitest";
import { parseRun } from "../../lib/config";
import { openDataset } from "../../lib/data";
import { fetchPublished, locatePublished, type Mirror } from "../../lib/data/published/published-data";
import { fashionMnist, readFashionMnist } from "../../lib/data/sources/fashion-mnist";
import { DataError } from "../../lib/errors";
import { temporaryFolder } from "../temporary-folder";

const names = [
  "train-images-idx3-ubyte.gz",
  "train-labels-idx1-ubyte.gz",
  "t10k-images-idx3-ubyte.gz",
  "t10k-labels-idx1-ubyte.gz",
];
const locate = () => locatePublished(fashionMnist);
const fetchFrom = (mirrors: readonly Mirror[], onProgress?: (line: string) => void) =>
  fetchPublished({ ...fashionMnist, mirrors }, onProgress);
const testLabels = "t10k-labels-idx1-ubyte.gz";

/** The real files, which the set-up before the tests has put on this machine. */
let real: string;
let root: string;
let cache: string;

beforeAll(async () => {
  real = (locate() ?? (await fetchPublished(fashionMnist))).directory;
});
beforeEach(() => {
  root = temporaryFolder();
  cache = join(root, "njepa", "fashion-mnist");
  vi.stubEnv("XDG_CACHE_HOME", root);
  vi.stubEnv("NJEPA_DATA", "");
});
afterEach(() => {
  vi.unstubAllEnvs();
  vi.unstubAllGlobals();
  rmSync(root, { recursive: true });
});

/** A folder with the real files, of which one may be another. */
function folder(path: string, replaced?: { name: string; content: Uint8Array }): string {
  mkdirSync(path, { recursive: true });
  for (const name of names) if (name !== replaced?.name) symlinkSync(join(real, name), join(path, name));
  if (replaced) writeFileSync(join(path, replaced.name), replaced.content);
  return path;
}

/** An idx file of labels, gzipped. */
function idx(magic: number, count: number, bytes: number): Buffer {
  const content = Buffer.alloc(8 + bytes);
  content.writeUInt32BE(magic, 0);
  content.writeUInt32BE(count, 4);
  return gzipSync(content);
}

const allOf = (count: number) => Int32Array.from({ length: count }, (_, index) => index);

describe("readFashionMnist", () => {
  it("has the mean and the spread of pixels that the presets normalize by", async () => {
    const { pixels } = await (await readFashionMnist(real)).split("train").read(allOf(60_000));
    let [sum, squares] = [0, 0];
    for (const pixel of pixels) {
      sum += pixel / 255;
      squares += (pixel / 255) ** 2;
    }
    const mean = sum / pixels.length;
    const { data } = parseRun({ preset: "demo" });
    expect(data.mean[0]).toBeCloseTo(mean, 3);
    expect(data.std[0]).toBeCloseTo(Math.sqrt(squares / pixels.length - mean ** 2), 3);
  });

  it("reads 60 000 and 10 000 images of ten classes", async () => {
    const data = await readFashionMnist(real);
    const [train, test] = [data.split("train"), data.split("test")];
    expect([train.count, test.count, data.height, data.width, data.channels]).toEqual([60_000, 10_000, 28, 28, 1]);
    // The test set begins with an ankle boot, a pullover, two pairs of trousers and a shirt.
    expect(Array.from(test.labels.slice(0, 5), (label) => data.classNames[label])).toEqual([
      "Ankle boot",
      "Pullover",
      "Trouser",
      "Trouser",
      "Shirt",
    ]);
    const perClass = Array.from({ length: 10 }, (_, label) => train.labels.filter((other) => other === label).length);
    expect(perClass).toEqual(Array(10).fill(6000));
  });

  it("keeps the first training images only where a limit is set, under another fingerprint", async () => {
    const [whole, limited] = [await readFashionMnist(real), await readFashionMnist(real, 100)];
    expect(limited.split("train").labels).toEqual(whole.split("train").labels.slice(0, 100));
    expect(limited.split("test").count).toBe(10_000);
    expect(limited.fingerprint).not.toBe(whole.fingerprint);
  });

  it.each([
    ["is not gzip", Buffer.from("<html>"), /cannot be read: expected the gzip file of Fashion-MNIST, but .*header/],
    ["unpacks to far more", gzipSync(Buffer.alloc(5_000_000)), /cannot be read: .*unpacks to more than 10008 bytes/],
    [
      "is larger than what it should hold",
      Buffer.alloc(20_000),
      /cannot be read: .*it has 20000 bytes, more than the 10008/,
    ],
    ["is cut short", idx(0x801, 10_000, 10_000).subarray(0, 20), /cannot be read: .*unexpected end/],
    [
      "has another magic number",
      idx(0x803, 10_000, 10_000),
      /not an idx file of labels: expected it to begin with 2049, got 2051/,
    ],
    ["has other dimensions", idx(0x801, 9_999, 9_999), /has dimensions 9999: expected 10000/],
    ["is shorter than its header says", idx(0x801, 10_000, 9_999), /has 10007 bytes unpacked: expected 10008/],
    [
      "has other labels",
      idx(0x801, 10_000, 10_000),
      /not the published file: expected SHA-256 0402a96d\w+ unpacked, got \w+/,
    ],
  ])("names a file that %s, and what to do", async (_, content, message) => {
    const error = await readFashionMnist(folder(join(root, "x"), { name: testLabels, content })).catch(
      (thrown) => thrown,
    );
    expect(error).toBeInstanceOf(DataError);
    expect(error.message).toContain(join(root, "x", testLabels));
    expect(error.message).toMatch(message);
    expect(error.message).toContain('"npm run setup"');
  });
});

describe("locatePublished", () => {
  it("takes NJEPA_DATA or its folder fashion-mnist before anything else", () => {
    folder(join(root, "mine", "fashion-mnist"));
    folder(cache);
    vi.stubEnv("NJEPA_DATA", join(root, "mine"));
    expect(locate()).toEqual({ directory: join(root, "mine", "fashion-mnist"), source: "explicit" });
    vi.stubEnv("NJEPA_DATA", join(root, "mine", "fashion-mnist"));
    expect(locate()?.source).toBe("explicit");
    vi.stubEnv("NJEPA_DATA", "");
    expect(locate()).toEqual({ directory: cache, source: "cache" });
  });

  it("refuses an NJEPA_DATA without the files instead of looking elsewhere", () => {
    vi.stubEnv("NJEPA_DATA", root);
    expect(() => locate()).toThrow(`NJEPA_DATA is ${root}: expected a folder that has`);
  });
});

describe("fetchPublished", () => {
  const good = {
    name: "a good place",
    fill: async (into: string) => {
      for (const name of names) await copyFile(join(real, name), join(into, name));
    },
  };
  const down = {
    name: "a dead place",
    fill: async () => {
      throw new DataError("no answer for 10 s");
    },
  };
  const damaged = {
    name: "a bad place",
    fill: async (into: string) => {
      await good.fill(into);
      await writeFile(join(into, testLabels), "<html>");
    },
  };

  it("goes on to the next place when one fails or gives damaged files, and keeps whole files only", async () => {
    const lines: string[] = [];
    mkdirSync(`${cache}.partial-1`, { recursive: true });
    const found = await fetchFrom([down, damaged, good], (line) => lines.push(line));
    expect(found).toEqual({ directory: cache, source: "fetched" });
    expect(lines).toContain("a bad place did not give Fashion-MNIST, going on");
    expect((await readFashionMnist(cache)).split("train").count).toBe(60_000);
    expect(readdirSync(join(root, "njepa"))).toEqual(["fashion-mnist"]);
  });

  it("says what each place answered when none has it, and leaves nothing behind", async () => {
    const error = await fetchFrom([down, damaged]).catch((thrown) => thrown);
    expect(error).toBeInstanceOf(DataError);
    expect(error.message).toContain("a dead place: no answer for 10 s");
    expect(error.message).toMatch(/a bad place: .*t10k-labels-idx1-ubyte.gz cannot be read/);
    expect(error.message).toContain("set NJEPA_DATA");
    expect(readdirSync(join(root, "njepa"))).toEqual([]);
  });

  it("says that the disk ran full instead of going on", async () => {
    for (const code of ["ENOSPC", "EDQUOT"]) {
      const full = { name: "a place", fill: () => Promise.reject(Object.assign(new Error("write"), { code })) };
      await expect(fetchFrom([full, good])).rejects.toThrow(/ran full while Fashion-MNIST was fetched/);
    }
  });
});

describe("openDataset", () => {
  it.each(["mnist", "../../config", undefined])("refuses %s, which names no data set", async (name) => {
    await expect(openDataset({ name: name as "folder" })).rejects.toThrow(
      /names no data set\. Name one of fashion-mnist, /,
    );
  });

  it("names a damaged file of NJEPA_DATA and leaves it alone", async () => {
    const mine = folder(join(root, "mine"), { name: testLabels, content: Buffer.from("<html>") });
    vi.stubEnv("NJEPA_DATA", mine);
    await expect(openDataset({ name: "fashion-mnist" })).rejects.toThrow(join(mine, testLabels));
    expect(readdirSync(mine).sort()).toEqual([...names].sort());
  });

  it("fetches a damaged cache again, says so, and renews apt's lists where they lack the package", async () => {
    folder(cache, { name: testLabels, content: Buffer.from("<html>") });
    vi.stubGlobal("fetch", () => Promise.reject(new TypeError("fetch failed", { cause: new Error("no network") })));
    const bin = join(root, "bin");
    mkdirSync(bin);
    const script = (name: string, lines: string) => {
      writeFileSync(join(bin, name), `#!/bin/sh\n${lines}\n`);
      chmodSync(join(bin, name), 0o755);
    };
    script("apt-get", `case "$*" in *State*update) ;; *State*download*) touch x_1_all.deb ;; *) exit 100 ;; esac`);
    script("dpkg-deb", `to="$3/usr/share/datasets/fashion-mnist"; mkdir -p "$to"; cp "${real}"/*.gz "$to/"`);
    vi.stubEnv("PATH", `${bin}:/usr/bin:/bin`);
    const lines: string[] = [];
    const data = await openDataset({ name: "fashion-mnist" }, { onProgress: (line) => lines.push(line) });
    expect(data.split("test").count).toBe(10_000);
    expect(lines.join("\n")).toMatch(/t10k-labels-idx1-ubyte.gz cannot be read.*set aside and fetched again/);
    unlinkSync(join(bin, "apt-get"));
    await expect(openDataset({ name: "fashion-mnist" })).resolves.toBeDefined();
  });
});
