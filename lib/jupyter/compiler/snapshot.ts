import { spawn } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, statSync, utimesSync } from "node:fs";
import path from "node:path";
import { cachedDataVersionTag } from "node:v8";
import { cacheFolder, compiledFile } from "../../system";
import { ownModulesFolder } from "../own-modules";
import { cellTypeScriptFile } from "./typescript";

/** Where the compiler's snapshot is, from which a kernel's Node can start (see `snapshot-entry.ts`). */
export interface SnapshotPlace {
  readonly file: string;
  /** Absolute path of the script that a Node started from it runs; without arguments it only tries what a kernel needs. */
  readonly main: string;
  /** Absolute path of the node_modules folder with the types. */
  readonly modules: string;
}

/** The snapshot of the kernel whose modules are in that folder; undefined where kernels start without one. */
export function kernelSnapshot(server: string, env: NodeJS.ProcessEnv): SnapshotPlace | undefined {
  const modules = ownModulesFolder(server);
  // On Windows a process cannot become another Node.
  const wanted = process.platform !== "win32" && modules !== undefined && env.NJEPA_KERNEL_SNAPSHOT !== "off";
  return wanted ? snapshotPlace(path.join(server, "launch.js"), modules) : undefined;
}

/** The place for this Node: version, V8 options and processor, which must all match, are part of the file's name. */
function snapshotPlace(main: string, modules: string): SnapshotPlace {
  const node = `${process.version} ${process.arch} ${cachedDataVersionTag()}`;
  const hash = createHash("sha256").update(`${node} ${modules} ${main}`);
  for (const file of [cellTypeScriptFile(), compiledFile("jupyter", "compiler", "snapshot-entry.js")]) {
    const { size, mtimeMs } = statSync(file);
    hash.update(` ${file} ${size} ${mtimeMs}`);
  }
  const name = `kernel-${hash.digest("hex").slice(0, 16)}.snapshot`;
  return { file: cacheFolder("compiled", name), main, modules };
}

/** Node's options to start from the snapshot, which counts as used by that; undefined if there is none. */
export function startOptions({ file }: SnapshotPlace): string[] | undefined {
  if (!existsSync(file)) return undefined;
  const now = new Date();
  utimesSync(file, now, now);
  return ["--snapshot-blob", file];
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
