import { createHash } from "node:crypto";
import { existsSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from "node:fs";
import { processTag } from "../../system";

/** A program's state when written: a changed one may crash the process or compute something else. */
interface Stamp {
  sha256: string;
  /** Time of the last change in nanoseconds; while it stays, the bytes are assumed unchanged and not read again. */
  changed: string;
}

const stampOf = (path: string): string => `${path}.stamp`;

/** Stamps a program that this process has just written. */
export function writeStamp(path: string): void {
  writeFileSync(stampOf(path), JSON.stringify(stampNow(path)));
}

/** Whether a program is unchanged since it was stamped. Reads it only if it was touched since. */
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

/** Whether another process may still be writing a file: it is recent and has no stamp. */
export function isBeingWritten(path: string): boolean {
  return !existsSync(stampOf(path)) && Date.now() - statSync(path).mtimeMs < 60_000;
}

/** Writes a file whole or not at all. What a killed process leaves has a name that tells so. */
export function writeWhole(path: string, content: Uint8Array | string): void {
  const partial = `${path}.${processTag()}`;
  writeFileSync(partial, content);
  renameSync(partial, path);
}

/** Removes a program and its stamp. @throws the file system's error if it cannot */
export function drop(path: string): void {
  rmSync(path, { force: true, recursive: true });
  rmSync(stampOf(path), { force: true });
}

function stampNow(path: string): Stamp {
  const { ctimeNs } = statSync(path, { bigint: true });
  return { sha256: createHash("sha256").update(readFileSync(path)).digest("hex"), changed: String(ctimeNs) };
}
