import { randomUUID } from "node:crypto";
import { lstat, open, readFile, rm, utimes } from "node:fs/promises";
import { dirname } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { makeFolder } from "./make-folder";
import { fateOf, ownIdentity, type ProcessIdentity } from "./process-identity";
import type { OnProgress } from "./progress";

const heartbeatSeconds = 5;
const silentSeconds = 60;
/** A lock older than this is silent at once: no clocks of two machines that work together differ as much. */
const surelySilentSeconds = 3600;

/** Who holds a lock: a process, and which of its turns this is. */
export interface LockHolder extends ProcessIdentity {
  turn?: string;
}

/**
 * Runs `work` while holding the lock file `path`, after waiting for any other process that holds it.
 *
 * A dead holder is noticed at once on this machine, by its process id and start time; on other machines, or where the
 * system reports no start times, once the lock has gone untouched for a minute. The lock only avoids duplicate work:
 * results must still appear whole or not at all, since a machine whose clock or disk stalls for a minute may lose it.
 *
 * @param options.what   the object of the wait, for the progress line: `"another process to fetch TensorFlow"`
 * @param options.signal ends the wait with its reason; `work`, once begun, is not ended
 */
export async function withLock<Result>(
  path: string,
  options: { what: string; onProgress?: OnProgress | undefined; signal?: AbortSignal | undefined },
  work: () => Promise<Result>,
): Promise<Result> {
  await makeFolder(dirname(path));
  const started = Date.now();
  let told = 0;
  for (;;) {
    const taken = await take(path);
    if ("turn" in taken) return held(path, taken.turn, work);
    const { holder } = taken;
    if (await isDead(path, holder)) {
      await clear(path);
      continue;
    }
    const waited = Math.floor((Date.now() - started) / 1000);
    if (waited > told) {
      told = waited;
      options.onProgress?.(`waiting ${waited} s for ${options.what} (process ${holder.pid} on ${holder.host})`);
    }
    options.signal?.throwIfAborted();
    await sleep(100);
  }
}

/**
 * Runs `work` as `withLock` does if nobody holds the lock file `path`; otherwise returns the holder at once.
 */
export async function ifUnlocked<Result>(
  path: string,
  work: () => Promise<Result>,
): Promise<{ done: true; result: Result } | { done: false; holder: LockHolder }> {
  await makeFolder(dirname(path));
  for (;;) {
    const taken = await take(path);
    if ("turn" in taken) return { done: true, result: await held(path, taken.turn, work) };
    if (!(await isDead(path, taken.holder))) return { done: false, holder: taken.holder };
    await clear(path);
  }
}

/** The current holder of the lock file `path`; null when nobody holds it or its holder has died. */
export async function lockHolder(path: string): Promise<LockHolder | null> {
  const holder = await readHolder(path);
  return holder === null || (await isDead(path, holder)) ? null : holder;
}

async function held<Result>(path: string, turn: string, work: () => Promise<Result>): Promise<Result> {
  const heartbeat = setInterval(() => {
    const now = new Date();
    utimes(path, now, now).catch(() => {});
  }, heartbeatSeconds * 1000);
  heartbeat.unref();
  try {
    return await work();
  } finally {
    clearInterval(heartbeat);
    // A process that took us for dead now has its own lock there.
    if ((await readHolder(path))?.turn === turn) await rm(path, { force: true });
  }
}

/** The turn that is now ours, or else the lock's holder. */
async function take(path: string): Promise<{ turn: string } | { holder: LockHolder }> {
  const turn = randomUUID();
  try {
    const file = await open(path, "wx");
    try {
      await file.writeFile(JSON.stringify({ ...ownIdentity(), turn } satisfies LockHolder));
    } catch (error) {
      // A full disk may have room for the file name but not for its contents.
      await rm(path, { force: true });
      throw error;
    } finally {
      await file.close();
    }
    return { turn };
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "EEXIST") throw error;
  }
  // Unreadable: just created and not yet written, or just released. The next look will tell.
  return { holder: (await readHolder(path)) ?? { pid: 0, host: "" } };
}

async function readHolder(path: string): Promise<LockHolder | null> {
  try {
    const holder: unknown = JSON.parse(await readFile(path, "utf8"));
    return typeof holder === "object" ? (holder as LockHolder | null) : null;
  } catch {
    return null;
  }
}

async function isDead(path: string, holder: LockHolder): Promise<boolean> {
  const fate = fateOf(holder);
  return fate === "gone" || (fate === "unknown" && (await isSilent(path)));
}

/** Times at which this process has first seen a lock file as it is, by its own steady clock. */
const seen = new Map<string, { mtimeMs: number; since: number }>();

/**
 * Whether nobody has touched the file for a minute; a live holder does so every five seconds. The minute is one of this
 * process's own: the file's time is by the clock of its holder, which may be wrong or be set.
 */
async function isSilent(path: string): Promise<boolean> {
  // Of a link itself: one that leads nowhere is there, too.
  const found = await lstat(path).catch(() => undefined);
  if (found === undefined) {
    seen.delete(path);
    return false;
  }
  const { mtimeMs } = found;
  if (Date.now() - mtimeMs > surelySilentSeconds * 1000) return true;
  const before = seen.get(path);
  if (before?.mtimeMs === mtimeMs) return performance.now() - before.since > silentSeconds * 1000;
  seen.set(path, { mtimeMs, since: performance.now() });
  return false;
}

/**
 * Removes a dead holder's lock, one waiter at a time. Between checking a lock and removing it, another waiter may have
 * cleared it and taken its own, which must stay; so the check is repeated under a separate guard file.
 */
async function clear(path: string): Promise<void> {
  const guard = `${path}.clearing`;
  try {
    await (await open(guard, "wx")).close();
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "EEXIST") throw error;
    // Clearing takes milliseconds: a minute-old guard was left by a process that was killed midway.
    if (await isSilent(guard)) await rm(guard, { force: true });
    else await sleep(20);
    return;
  }
  try {
    // An unreadable lock is already cleared, still being written, or left by a process killed while writing it.
    if (await isDead(path, (await readHolder(path)) ?? { pid: 0, host: "" })) await rm(path, { force: true });
  } finally {
    await rm(guard, { force: true });
  }
}
