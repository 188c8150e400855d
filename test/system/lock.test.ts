import { spawn, spawnSync } from "node:child_process";
import {
  existsSync,
  lutimesSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from "node:fs";
import { hostname } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { beforeEach, describe, expect, it, vi } from "vitest";
import { compiledFile, ifUnlocked, lockHolder, withLock } from "../../lib/system";
import { temporaryFolder } from "../temporary-folder";

const what = "somebody";
const linux = process.platform === "linux";
let folder: string;
let lock: string;
beforeEach(() => {
  folder = temporaryFolder();
  lock = join(folder, "lock");
});

/** What a lock says when this process has it. */
async function ownHolder(): Promise<Record<string, unknown>> {
  const path = join(folder, "own");
  return withLock(path, { what }, async () => JSON.parse(readFileSync(path, "utf8")));
}

function silence(path: string): void {
  const past = new Date(Date.now() - 2 * 3600_000);
  utimesSync(path, past, past);
}

describe("withLock", () => {
  it("lets one in at a time and cleans up, whether the work ends or throws", async () => {
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
    const lines: string[] = [];
    const first = withLock(lock, { what }, () => sleep(1300));
    await sleep(50);
    await withLock(lock, { what, onProgress: (line) => lines.push(line) }, async () => {});
    await first;
    expect(lines[0]).toBe(`waiting 1 s for somebody (process ${process.pid} on ${hostname()})`);
  });

  it("ends a wait when its signal aborts, with the signal's reason, and does no work", async () => {
    const stopping = new AbortController();
    const first = withLock(lock, { what }, () => sleep(600));
    await sleep(50);
    const reason = new Error("stopped");
    setTimeout(() => stopping.abort(reason), 100);
    const began = Date.now();
    const second = withLock(lock, { what, signal: stopping.signal }, async () => "in");
    await expect(second).rejects.toBe(reason);
    expect(Date.now() - began).toBeLessThan(500);
    await first;
  });

  it("takes over a lock of another machine that has been silent, and of a process that is gone", async () => {
    writeFileSync(lock, JSON.stringify({ pid: 1, host: "elsewhere" }));
    expect(await ifUnlocked(lock, async () => {})).toMatchObject({ done: false });
    silence(lock);
    expect(await withLock(lock, { what }, async () => "in")).toBe("in");
    writeFileSync(lock, JSON.stringify({ pid: 2 ** 30, host: hostname() }));
    expect(await withLock(lock, { what }, async () => "in")).toBe("in");
  });

  it.skipIf(!linux)(
    "takes over the lock of a process whose number another one has now, such as 1 in a container",
    async () => {
      const holder = await ownHolder();
      for (const pid of [1, process.pid, process.ppid]) {
        writeFileSync(lock, JSON.stringify({ ...holder, pid, started: "7" }));
        expect(await withLock(lock, { what }, async () => "in")).toBe("in");
      }
    },
  );

  it("takes over a lock that names us and no start, since we know nothing of it", async () => {
    writeFileSync(lock, JSON.stringify({ pid: process.pid, host: hostname() }));
    expect(await withLock(lock, { what }, async () => "in")).toBe("in");
  });

  it("takes over a silent lock where a number alone says who has it, and waits for one that is touched", async () => {
    writeFileSync(lock, JSON.stringify({ pid: process.ppid, host: hostname() }));
    expect(await lockHolder(lock)).toMatchObject({ pid: process.ppid });
    silence(lock);
    expect(await lockHolder(lock)).toBeNull();
    expect(await withLock(lock, { what }, async () => "in")).toBe("in");
  });

  it.each([
    ["behind", -600_000],
    ["ahead", 86_400_000],
  ])("counts a minute of silence by its own clock where another machine's clock is %s", async (_, difference) => {
    writeFileSync(lock, JSON.stringify({ pid: 1, host: "elsewhere" }));
    const touch = (milliseconds: number) => {
      const time = new Date(Date.now() + difference + milliseconds);
      utimesSync(lock, time, time);
    };
    touch(0);
    const now = performance.now();
    const clock = vi.spyOn(performance, "now").mockReturnValue(now);
    try {
      const isHeld = async () => !(await ifUnlocked(lock, async () => {})).done;
      expect(await isHeld()).toBe(true);
      clock.mockReturnValue(now + 59_000);
      expect(await isHeld()).toBe(true);
      touch(5000);
      clock.mockReturnValue(now + 61_000);
      expect(await isHeld()).toBe(true);
      clock.mockReturnValue(now + 122_000);
      expect(await isHeld()).toBe(false);
    } finally {
      clock.mockRestore();
    }
  });

  it.skipIf(!linux)("waits for a process that is surely the same one, however silent it is", async () => {
    writeFileSync(lock, JSON.stringify(await ownHolder()));
    silence(lock);
    expect(await ifUnlocked(lock, async () => {})).toMatchObject({ done: false, holder: { pid: process.pid } });
  });

  it("takes over a link that leads nowhere, once it is old", async () => {
    symlinkSync(join(folder, "nowhere"), lock);
    expect(await ifUnlocked(lock, async () => {})).toMatchObject({ done: false });
    const past = new Date(Date.now() - 2 * 3600_000);
    lutimesSync(lock, past, past);
    expect(await withLock(lock, { what }, async () => "in")).toBe("in");
    expect(readdirSync(folder)).toEqual([]);
  });

  it("leaves the lock of whoever took it over meanwhile", async () => {
    await withLock(lock, { what }, async () => writeFileSync(lock, JSON.stringify({ pid: 1, host: "elsewhere" })));
    expect(existsSync(lock)).toBe(true);
  });

  it.skipIf(!linux)("takes over the lock of a process that was killed, and is still a zombie", async () => {
    // The shell becomes sleep, which never asks how its child ended.
    const script = `node -e 'require(process.argv[1]).withLock(process.argv[2], { what: "" }, () => new Promise((end) => setTimeout(end, 60000)))' "$0" "$1" & exec sleep 60`;
    const parent = spawn("sh", ["-c", script, compiledFile("system", "index.js"), lock], { stdio: "ignore" });
    try {
      while (!existsSync(lock) || readFileSync(lock, "utf8") === "") await sleep(50);
      const { pid } = JSON.parse(readFileSync(lock, "utf8"));
      process.kill(pid, "SIGKILL");
      await sleep(100);
      expect(readFileSync(`/proc/${pid}/stat`, "utf8")).toMatch(/\) Z /);
      expect(await withLock(lock, { what }, async () => "in")).toBe("in");
    } finally {
      parent.kill("SIGKILL");
    }
  });

  it.skipIf(!canMount())("leaves no lock on a disk that is full", async () => {
    const small = join(folder, "small");
    mkdirSync(small);
    expect(spawnSync("mount", ["-t", "tmpfs", "-o", "size=64k", "tmpfs", small]).status).toBe(0);
    try {
      expect(() => writeFileSync(join(small, "filler"), Buffer.alloc(100_000))).toThrow("ENOSPC");
      await expect(withLock(join(small, "lock"), { what }, async () => {})).rejects.toThrow("ENOSPC");
      expect(readdirSync(small)).toEqual(["filler"]);
    } finally {
      spawnSync("umount", [small]);
    }
  });
});

function canMount(): boolean {
  const place = temporaryFolder();
  const { status } = spawnSync("mount", ["-t", "tmpfs", "-o", "size=64k", "tmpfs", place]);
  if (status === 0) spawnSync("umount", [place]);
  rmSync(place, { recursive: true });
  return status === 0;
}
