import { mkdir, open, readFile, rename, rm, stat, utimes } from "node:fs/promises";
import { hostname } from "node:os";
import { dirname } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import type { OnProgress } from "./progress";

const heartbeatSeconds = 5;
const silentSeconds = 60;

/**
 * Runs `work` while no other process holds the lock file `path`, waiting for one that does.
 *
 * A holder that died is noticed: by its process id on this machine, or by a lock untouched for a minute when it was taken
 * on another machine that shares the disk. The lock only saves work that would be done twice: what `work` makes must
 * still appear whole or not at all, since two waiters may in a rare race both take over a dead holder's lock.
 *
 * @param options.what what is being waited for, for the progress line: `"another process to fetch TensorFlow"`
 */
export async function withLock<Result>(
  path: string,
  options: { what: string; onProgress?: OnProgress | undefined },
  work: () => Promise<Result>,
): Promise<Result> {
  await mkdir(dirname(path), { recursive: true });
  const started = Date.now();
  let told = 0;
  for (let holder = await take(path); holder !== null; holder = await take(path)) {
    if (await isDead(path, holder)) {
      await clear(path);
      continue;
    }
    const waited = Math.floor((Date.now() - started) / 1000);
    if (waited > told) {
      told = waited;
      options.onProgress?.(`waiting for ${options.what} (process ${holder.pid} on ${holder.host}, ${waited} s)`);
    }
    await sleep(100);
  }
  const heartbeat = setInterval(() => {
    const now = new Date();
    utimes(path, now, now).catch(() => {});
  }, heartbeatSeconds * 1000);
  heartbeat.unref();
  try {
    return await work();
  } finally {
    clearInterval(heartbeat);
    await rm(path, { force: true });
  }
}

interface Holder {
  pid: number;
  host: string;
}

/** Null when the lock is now ours, else who has it. */
async function take(path: string): Promise<Holder | null> {
  try {
    const file = await open(path, "wx");
    await file.writeFile(JSON.stringify({ pid: process.pid, host: hostname() } satisfies Holder));
    await file.close();
    return null;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "EEXIST") throw error;
  }
  try {
    return JSON.parse(await readFile(path, "utf8")) as Holder;
  } catch {
    // Just made and not yet written, or just released: the next look will tell.
    return { pid: 0, host: "" };
  }
}

async function isDead(path: string, holder: Holder): Promise<boolean> {
  if (holder.pid > 0 && holder.host === hostname()) {
    try {
      process.kill(holder.pid, 0);
      return false;
    } catch (error) {
      return (error as NodeJS.ErrnoException).code === "ESRCH";
    }
  }
  try {
    return Date.now() - (await stat(path)).mtimeMs > silentSeconds * 1000;
  } catch {
    return false;
  }
}

/** Renamed before it is removed, so that of two waiters one clears the dead lock and the other finds nothing to clear. */
async function clear(path: string): Promise<void> {
  const dead = `${path}.dead-${process.pid}`;
  try {
    await rename(path, dead);
    await rm(dead, { force: true });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "ENOENT") throw error;
  }
}
