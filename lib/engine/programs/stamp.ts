import { createHash } from "node:crypto";
import { existsSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";

/** What a program was when it was written: a changed one may crash the process, or compute something else. */
interface Stamp {
  sha256: string;
  /** Nanoseconds of the last change; while it stays, the bytes are taken for the same and are not read again. */
  changed: string;
}

export const stampOf = (path: string): string => `${path}.stamp`;

/** Notes what a program is that this process has just written. */
export function writeStamp(path: string): void {
  writeFileSync(stampOf(path), JSON.stringify(stampNow(path)));
}

/** Whether a program is what it was when it was stamped. Reads it only if it was touched since. */
export function isIntact(path: string): boolean {
  try {
    const stamp = JSON.parse(readFileSync(stampOf(path), "utf8")) as Stamp;
    if (stamp.changed === String(statSync(path, { bigint: true }).ctimeNs)) return true;
    const now = stampNow(path);
    if (now.sha256 !== stamp.sha256) return false;
    writeFileSync(stampOf(path), JSON.stringify(now));
    return true;
  } catch {
    return false;
  }
}

/** Whether a file is so young and without a stamp that another process may be at work on it. */
export function isBeingWritten(path: string): boolean {
  return !existsSync(stampOf(path)) && Date.now() - statSync(path).mtimeMs < 60_000;
}

/** Removes a program and its stamp. @throws what the file system says when it cannot */
export function drop(path: string): void {
  rmSync(path, { force: true, recursive: true });
  rmSync(stampOf(path), { force: true });
}

function stampNow(path: string): Stamp {
  const { ctimeNs } = statSync(path, { bigint: true });
  return { sha256: createHash("sha256").update(readFileSync(path)).digest("hex"), changed: String(ctimeNs) };
}
