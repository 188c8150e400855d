import { randomUUID } from "node:crypto";
import { mkdir, open, readFile, rm, stat, utimes } from "node:fs/promises";
import { dirname } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { fateOf, ownIdentity, type ProcessIdentity } from "./process-identity";
import type { OnProgress } from "./progress";

const heartbeatSeconds = 5;
const silentSeconds = 60;

/** Who has a lock: a process, and which of its turns that is. */
export interface LockHolder extends ProcessIdentity {
  turn?: string;
}

/**
 * Runs `work` while no other process holds the lock file `path`, waiting for one that does.
 *
 * A holder that died is noticed at once on this machine, by its number and start time; elsewhere, and where the system tells no
 * start times, by a lock untouched for a minute. The lock only saves work that would be done twice: what `work` makes must
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
      options.onProgress?.(`waiting for ${options.what} (process ${holder.pid} on ${holder.host}, ${waited} s)`);
    }
    await sleep(100);
  }
}

/**
 * Runs `work` if nobody holds the lock file `path`, as `withLock` does; else returns who holds it, at once.
 */
export async function ifUnlocked<Result>(
  path: string,
  work: () => Promise<Result>,
): Promise<{ done: true; result: Result } | { done: false; holder: LockHolder }> {
  await mkdir(dirname(path), { recursive: true });
  for (;;) {
    const taken = await take(path);
    if ("turn" in taken) return { done: true, result: await held(path, taken.turn, work) };
    if (!(await isDead(path, taken.holder))) return { done: false, holder: taken.holder };
    await clear(path);
  }
}

/** Who works under the lock file `path` now; null when nobody does, or its holder died. */
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
    // Whoever took it from us for dead has a lock of his own there.
    if ((await readHolder(path))?.turn === turn) await rm(path, { force: true });
  }
}

/** The turn that is now ours, else who has the lock. */
async function take(path: string): Promise<{ turn: string } | { holder: LockHolder }> {
  const turn = randomUUID();
  try {
    const file = await open(path, "wx");
    try {
      await file.writeFile(JSON.stringify({ ...ownIdentity(), turn } satisfies LockHolder));
    } catch (error) {
      // On a full disk there is room for a name and none for what it says.
      await rm(path, { force: true });
      throw error;
    } finally {
      await file.close();
    }
    return { turn };
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "EEXIST") throw error;
  }
  // None: just made and not yet written, or just released. The next look will tell.
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

/** Nobody has touched it for a minute; a holder does so every five seconds. */
async function isSilent(path: string): Promise<boolean> {
  return stat(path).then(
    ({ mtimeMs }) => Date.now() - mtimeMs > silentSeconds * 1000,
    () => false,
  );
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
    if (await isSilent(guard)) await rm(guard, { force: true });
    else await sleep(20);
    return;
  }
  try {
    // An unreadable one was cleared already, is just being written, or was left by a process that was killed while writing.
    if (await isDead(path, (await readHolder(path)) ?? { pid: 0, host: "" })) await rm(path, { force: true });
  } finally {
    await rm(guard, { force: true });
  }
}
