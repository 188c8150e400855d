import { mkdir, open, readFile, rm, stat, utimes } from "node:fs/promises";
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
 * still appear whole or not at all, since a machine whose clock or disk stalls for a minute may lose its lock.
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
  return held(path, work);
}

/**
 * Runs `work` if nobody holds the lock file `path`, as `withLock` does; else returns who holds it, at once.
 */
export async function ifUnlocked<Result>(
  path: string,
  work: () => Promise<Result>,
): Promise<{ done: true; result: Result } | { done: false; holder: LockHolder }> {
  await mkdir(dirname(path), { recursive: true });
  for (let holder = await take(path); holder !== null; holder = await take(path)) {
    if (!(await isDead(path, holder))) return { done: false, holder };
    await clear(path);
  }
  return { done: true, result: await held(path, work) };
}

/** Who works under the lock file `path` now; null when nobody does, or its holder died. */
export async function lockHolder(path: string): Promise<LockHolder | null> {
  try {
    const holder = JSON.parse(await readFile(path, "utf8")) as LockHolder;
    return (await isDead(path, holder)) ? null : holder;
  } catch {
    return null;
  }
}

async function held<Result>(path: string, work: () => Promise<Result>): Promise<Result> {
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

/** A process, and the machine that it runs on. */
export interface LockHolder {
  pid: number;
  host: string;
}

/** Null when the lock is now ours, else who has it. */
async function take(path: string): Promise<LockHolder | null> {
  try {
    const file = await open(path, "wx");
    await file.writeFile(JSON.stringify({ pid: process.pid, host: hostname() } satisfies LockHolder));
    await file.close();
    return null;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "EEXIST") throw error;
  }
  try {
    return JSON.parse(await readFile(path, "utf8")) as LockHolder;
  } catch {
    // Just made and not yet written, or just released: the next look will tell.
    return { pid: 0, host: "" };
  }
}

async function isDead(path: string, holder: LockHolder): Promise<boolean> {
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

/**
 * Removes a dead holder's lock, one waiter at a time: between a look at a lock and its removal another waiter may have
 * cleared it and taken a lock of its own, which must stay. So the look is repeated behind a guard of its own.
 */
async function clear(path: string): Promise<void> {
  const guard = `${path}.clearing`;
  try {
    await (await open(guard, "wx")).close();
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "EEXIST") throw error;
    // Clearing takes milliseconds: a guard of a minute was left by a process that was killed in between.
    const age = await stat(guard).then(
      ({ mtimeMs }) => Date.now() - mtimeMs,
      () => 0,
    );
    if (age > silentSeconds * 1000) await rm(guard, { force: true });
    else await sleep(20);
    return;
  }
  try {
    const holder = JSON.parse(await readFile(path, "utf8")) as LockHolder;
    if (await isDead(path, holder)) await rm(path, { force: true });
  } catch {
    // Cleared already, or just taken and not yet written: the next look will tell.
    const age = await stat(path).then(
      ({ mtimeMs }) => Date.now() - mtimeMs,
      () => 0,
    );
    if (age > silentSeconds * 1000) await rm(path, { force: true });
  } finally {
    await rm(guard, { force: true });
  }
}
