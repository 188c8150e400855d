import { spawn } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, statSync } from "node:fs";
import path from "node:path";
import { cachedDataVersionTag } from "node:v8";
import { cacheFolder } from "../../system";
import { cellTypeScriptFile } from "./typescript";

/** Where the compiler's snapshot is, from which a kernel's Node can start (see `snapshot-entry.ts`). */
export interface SnapshotPlace {
  readonly file: string;
  /** Absolute path of the module whose `begin` is called by a Node that starts from it. */
  readonly main: string;
  /** Absolute path of the node_modules folder with the types. */
  readonly modules: string;
}

/**
 * Whether this Node can start from a snapshot. Node 24 aborts when a thread of such a process loads the internals of
 * streams; only Node 20 was fully tested. On Windows a process cannot become another Node.
 */
export const snapshotsWork = process.platform !== "win32" && Number(process.versions.node.split(".")[0]) < 22;

/** The place for this Node: version, V8 options and processor, which must all match, are part of the file's name. */
export function snapshotPlace(main: string, modules: string): SnapshotPlace {
  const node = `${process.version} ${process.arch} ${cachedDataVersionTag()}`;
  const hash = createHash("sha256").update(`${node} ${modules} ${main}`);
  for (const file of [cellTypeScriptFile(), path.join(__dirname, "snapshot-entry.js")]) {
    const { size, mtimeMs } = statSync(file);
    hash.update(` ${file} ${size} ${mtimeMs}`);
  }
  const name = `kernel-${hash.digest("hex").slice(0, 16)}.snapshot`;
  return { file: cacheFolder("compiled", name), main, modules };
}

/** The file that says why a snapshot could not be made; while it exists, nobody tries again. */
export function failedFile(snapshot: string): string {
  return `${snapshot}.failed`;
}

/** Makes the snapshot, if missing, in a separate low-priority process that outlives this one. */
export function makeSnapshot({ file, main, modules }: SnapshotPlace): void {
  if (existsSync(file) || existsSync(failedFile(file))) return;
  const args = [...process.execArgv, path.join(__dirname, "snapshot-maker.js"), file, main, modules];
  spawn(process.execPath, args, { detached: true, stdio: "ignore", cwd: path.dirname(main) })
    .on("error", () => {})
    .unref();
}
