import { spawn, spawnSync } from "node:child_process";
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import {
  cacheFolder,
  compiledFile,
  createLimit,
  folderBytes,
  formatBytes,
  formatSeconds,
  limitedThread,
  mapLimited,
  runCommand,
  sha256OfFile,
  systemErrorWords,
  TerminalProgress,
  writeDurably,
} from "../../lib/system";
import { processSpace } from "../../lib/system/process-identity";
import { temporaryFolder } from "../temporary-folder";

let folder: string;
beforeEach(() => {
  folder = temporaryFolder();
});
afterEach(() => {
  vi.unstubAllEnvs();
  rmSync(folder, { recursive: true });
});

describe("cacheFolder", () => {
  it("lies under XDG_CACHE_HOME, unless that is no absolute path, nor HOME", () => {
    vi.stubEnv("XDG_CACHE_HOME", "/caches");
    expect(cacheFolder("tensorflow", "x")).toBe("/caches/njepa/tensorflow/x");
    vi.stubEnv("XDG_CACHE_HOME", "caches");
    for (const home of [process.env.HOME, "", "here"]) {
      vi.stubEnv("HOME", home);
      expect(cacheFolder()).toMatch(/^\/.*\/(\.cache|Library\/Caches)\/njepa$/);
    }
  });
});

describe("systemErrorWords", () => {
  it("says what the system refused and what to do, and nothing of other errors", () => {
    const full = Object.assign(new Error("ENOSPC: no space"), { code: "ENOSPC", syscall: "write" });
    expect(systemErrorWords(full)).toBe(
      "Cannot write: the disk is full; free some space, or choose another folder (ENOSPC).",
    );
    expect(systemErrorWords(full, "write a.csv")).toMatch(/^Cannot write a\.csv: the disk is full/);
    expect(systemErrorWords(Object.assign(new Error("x"), { code: "ERR_ASSERTION" }))).toBeNull();
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

  it("writes through no link, and two at once are one or the other", async () => {
    const [path, letter] = [join(folder, "c.txt"), join(folder, "letter")];
    writeFileSync(letter, "dear");
    symlinkSync(letter, path);
    await writeDurably(path, "mine");
    expect([readFileSync(letter, "utf8"), readFileSync(path, "utf8")]).toEqual(["dear", "mine"]);
    const [one, other] = ["1".repeat(1e6), "2".repeat(2e6)];
    await Promise.all([writeDurably(path, one), writeDurably(path, other)]);
    expect([one, other]).toContain(readFileSync(path, "utf8"));
    expect(readdirSync(folder).sort()).toEqual(["c.txt", "letter"]);
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

  it.skipIf(!existsSync("/usr/bin/setpriv"))("ends the program when this process is killed", async () => {
    const script = `require(process.argv[1]).runCommand("sh", ["-c", "echo $$ > pid; exec sleep 60"])`;
    const runner = spawn(process.execPath, ["-e", script, compiledFile("system", "index.js")], { cwd: folder });
    while (!existsSync(join(folder, "pid")) || readFileSync(join(folder, "pid"), "utf8") === "") await sleep(50);
    const pid = Number(readFileSync(join(folder, "pid"), "utf8"));
    expect(existsSync(`/proc/${pid}`)).toBe(true);
    runner.kill("SIGKILL");
    for (let waited = 0; runs(pid) && waited < 5000; waited += 50) await sleep(50);
    expect(runs(pid)).toBe(false);
  });

  it("rejects when the program is not there", async () => {
    await expect(runCommand("no-such-program-of-ours", [])).rejects.toThrow("ENOENT");
  });
});

/** A zombie waits to be fetched, and runs no more. */
function runs(pid: number): boolean {
  return existsSync(`/proc/${pid}`) && !/\) Z /.test(readFileSync(`/proc/${pid}/stat`, "utf8"));
}

describe("a limited thread", () => {
  it("that ends says so at once, or starts anew for the next request where it ended between two", async () => {
    const file = join(folder, "thread.js");
    writeFileSync(
      file,
      `const { parentPort } = require("node:worker_threads");
       parentPort.on("message", (what) => {
         if (what === "ends") process.exit(3);
         parentPort.postMessage({ result: what });
         if (what === "fails later") setTimeout(() => { throw new Error("late"); });
       });`,
    );
    const thread = limitedThread(file, 64);
    expect(await thread.ask("fails later", 60)).toBe("fails later");
    await sleep(100);
    expect(await thread.ask("the next", 60)).toBe("the next");
    await expect(thread.ask("ends", 60)).rejects.toThrow("its thread has ended");
    expect(await thread.ask("one more", 60)).toBe("one more");
  });
});

describe("temporaryPath", () => {
  it("names its process, and removes at its first call what processes that are gone have left, and nothing else", () => {
    const gone = `njepa-inputs-${2 ** 30}-7-${processSpace()}-01234567`;
    const alive = `njepa-inputs-${process.ppid}--${processSpace()}-01234567`;
    // A container that shares the folder has its own processes, of which we see none.
    const elsewhere = `njepa-kernel-${2 ** 30}-7-abcdef-01234567`;
    for (const name of [gone, alive, elsewhere, "njepa-other", `njepa-inputs-${2 ** 30}`])
      mkdirSync(join(folder, name));
    writeFileSync(join(folder, gone, "inside"), "");
    const script = `console.log(require(process.argv[1]).temporaryPath("inputs", ".json"))`;
    const args = ["-e", script, compiledFile("system", "index.js")];
    const { stdout } = spawnSync(process.execPath, args, { encoding: "utf8", env: { ...process.env, TMPDIR: folder } });
    expect(stdout.trim()).toMatch(/njepa-inputs-\d+-\d*-[0-9a-f]{6}-[0-9a-f]{8}\.json$/);
    expect(readdirSync(folder).sort()).toEqual([alive, elsewhere, "njepa-other", `njepa-inputs-${2 ** 30}`].sort());
  });
});
