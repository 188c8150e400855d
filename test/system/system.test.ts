import {
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  utimesSync,
  writeFileSync,
} from "node:fs";
import { hostname, tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import {
  cacheFolder,
  createLimit,
  folderBytes,
  formatBytes,
  formatSeconds,
  mapLimited,
  runCommand,
  sha256OfFile,
  TerminalProgress,
  withLock,
  writeDurably,
} from "../../lib/system";

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "njepa-cache-"));
});
afterEach(() => {
  vi.unstubAllEnvs();
  rmSync(folder, { recursive: true });
});

describe("cacheFolder", () => {
  it("lies under XDG_CACHE_HOME, unless that is no absolute path", () => {
    vi.stubEnv("XDG_CACHE_HOME", "/caches");
    expect(cacheFolder("tensorflow", "x")).toBe("/caches/njepa/tensorflow/x");
    vi.stubEnv("XDG_CACHE_HOME", "caches");
    expect(cacheFolder()).toMatch(/^\/.*\/(\.cache|Library\/Caches)\/njepa$/);
  });
});

describe("writeDurably", () => {
  it("makes the folders on the way and leaves nothing but the file", async () => {
    const path = join(folder, "a", "b.txt");
    await writeDurably(path, "one");
    await writeDurably(path, "two");
    expect(readFileSync(path, "utf8")).toBe("two");
    expect(readdirSync(join(folder, "a"))).toEqual(["b.txt"]);
  });

  it("keeps what was there, and no partial file, when it cannot finish", async () => {
    mkdirSync(join(folder, "taken"));
    writeFileSync(join(folder, "taken", "inside"), "");
    await expect(writeDurably(join(folder, "taken"), "x")).rejects.toThrow();
    expect(readdirSync(folder)).toEqual(["taken"]);
  });
});

describe("sha256OfFile", () => {
  it("is the hash of the bytes", async () => {
    writeFileSync(join(folder, "abc"), "abc");
    // FIPS 180-4's example.
    expect(await sha256OfFile(join(folder, "abc"))).toBe(
      "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad",
    );
  });
});

describe("withLock", () => {
  const what = "somebody";

  it("lets one in at a time and cleans up, whether the work ends or throws", async () => {
    const lock = join(folder, "lock");
    let inside = 0;
    let most = 0;
    const work = async () => {
      most = Math.max(most, ++inside);
      await sleep(30);
      inside--;
    };
    await Promise.all([withLock(lock, { what }, work), withLock(lock, { what }, work), withLock(lock, { what }, work)]);
    expect(most).toBe(1);
    await expect(withLock(lock, { what }, () => Promise.reject(new Error("no")))).rejects.toThrow("no");
    expect(readdirSync(folder)).toEqual([]);
  });

  it("tells who is waited for", async () => {
    const lock = join(folder, "lock");
    const lines: string[] = [];
    const first = withLock(lock, { what }, () => sleep(1300));
    await sleep(50);
    await withLock(lock, { what, onProgress: (line) => lines.push(line) }, async () => {});
    await first;
    expect(lines[0]).toBe(`waiting for somebody (process ${process.pid} on ${hostname()}, 1 s)`);
  });

  it("takes over a lock of another machine that has been silent, and of a process that is gone", async () => {
    const lock = join(folder, "lock");
    writeFileSync(lock, JSON.stringify({ pid: 1, host: "elsewhere" }));
    const past = new Date(Date.now() - 120_000);
    utimesSync(lock, past, past);
    expect(await withLock(lock, { what }, async () => statSync(lock).size)).toBeGreaterThan(0);
    writeFileSync(lock, JSON.stringify({ pid: 2 ** 30, host: hostname() }));
    expect(await withLock(lock, { what }, async () => "in")).toBe("in");
  });
});

describe("TerminalProgress", () => {
  it("writes a line at each end and at most one every ten seconds between, in a log", () => {
    let now = 0;
    const lines: string[] = [];
    const progress = new TerminalProgress({ write: (text) => lines.push(text) }, () => now);
    for (; now <= 24_000; now += 2_000) progress.update(`at ${now}`);
    progress.note("done");
    progress.update("next");
    expect(lines).toEqual(["at 0\n", "at 10000\n", "at 20000\n", "done\n", "next\n"]);
  });

  it("writes over one line on a terminal, no longer than the terminal is wide", () => {
    const written: string[] = [];
    const progress = new TerminalProgress({ isTTY: true, columns: 8, write: (text) => written.push(text) });
    progress.update("one\ntwo three");
    progress.note("done");
    expect(written).toEqual(["one two", "\r\u001b[2K", "done\n"]);
  });
});

describe("formatBytes", () => {
  it.each([
    [0, "0 B"],
    [999, "999 B"],
    [1000, "1.0 kB"],
    [273_829_956, "273.8 MB"],
  ])("writes %i as %s", (bytes, text) => {
    expect(formatBytes(bytes)).toBe(text);
  });
});

describe("formatSeconds", () => {
  it.each([
    [0.31, "0.3 s"],
    [42, "42 s"],
    [185, "3 min 05 s"],
    [7800, "2 h 10 min"],
    [356_400, "4 d 03 h"],
  ])("writes %f as %s", (seconds, text) => {
    expect(formatSeconds(seconds)).toBe(text);
  });
});

describe("folderBytes", () => {
  it("adds up the files below a folder, and takes a file alone", async () => {
    mkdirSync(join(folder, "a", "b"), { recursive: true });
    writeFileSync(join(folder, "a", "one"), "12345");
    writeFileSync(join(folder, "a", "b", "two"), "123");
    expect(await folderBytes(folder)).toBe(8);
    expect(await folderBytes(join(folder, "a", "one"))).toBe(5);
    expect(await folderBytes(join(folder, "none"))).toBe(0);
  });
});

describe("mapLimited", () => {
  it("keeps so many going at a time, and results in the order of the items", async () => {
    let running = 0;
    let most = 0;
    const results = await mapLimited(createLimit(2), [30, 10, 20, 5], async (milliseconds) => {
      most = Math.max(most, ++running);
      await sleep(milliseconds);
      running -= 1;
      return milliseconds * 2;
    });
    expect(results).toEqual([60, 20, 40, 10]);
    expect(most).toBe(2);
  });

  it("begins nothing after a failure, and passes it on when what runs has ended", async () => {
    const ended: number[] = [];
    const running = mapLimited(createLimit(2), [0, 1, 2], async (item) => {
      if (item === 0) throw new Error("first");
      await sleep(20);
      ended.push(item);
    });
    await expect(running).rejects.toThrow("first");
    expect(ended).toEqual([1]);
  });
});

describe("runCommand", () => {
  it("gives the exit status and the end of what was said", async () => {
    expect(await runCommand("sh", ["-c", "echo why >&2; exit 3"])).toEqual({ status: 3, signal: null, said: "why\n" });
  });

  it("rejects when the program is not there", async () => {
    await expect(runCommand("no-such-program-of-ours", [])).rejects.toThrow("ENOENT");
  });
});
