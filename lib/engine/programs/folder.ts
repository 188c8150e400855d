import { createHash } from "node:crypto";
import { accessSync, constants, existsSync, readdirSync, readFileSync, rmSync, statSync, symlinkSync } from "node:fs";
import { cpus } from "node:os";
import { dirname, join } from "node:path";
import { cacheFolder, hasEnded, makeFolderSync, processTag } from "../../system";
import { xlaFlags } from "../native/xla-flags";
import { drop } from "./stamp";

/** Bytes beyond which the least recently used programs are removed. */
const LARGEST = 2e9;

/** The folder where compiled programs for this compiler and processor are kept between processes. */
export function programCacheFolder(compiler: string): string {
  return cacheFolder("xla", `${compiler}-${processorKey()}`);
}

/** Why the folder, made if missing, cannot be used, or null. Programs are code: nobody else may have written them. */
export function prepareFolder(folder: string): string | null {
  try {
    makeFolderSync(folder);
    const { uid } = statSync(folder);
    const me = process.getuid?.() ?? uid;
    if (me !== 0 && uid !== me) return "it belongs to another user";
    accessSync(folder, constants.R_OK | constants.W_OK | constants.X_OK);
    return null;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code ?? String(error);
  }
}

/** This process's own link to the folder, or why there is none. Links of processes that have ended are removed. */
export function linkTo(folder: string): { path: string } | string {
  const links = join(dirname(folder), "links");
  try {
    makeFolderSync(links);
    for (const name of readdirSync(links)) if (hasEnded(name)) removeLink(join(links, name));
    const path = join(links, processTag());
    removeLink(path);
    symlinkSync(folder, path);
    return { path };
  } catch (error) {
    return (error as NodeJS.ErrnoException).code ?? String(error);
  }
}

/** Removes a process's link, or the folder that TensorFlow makes in its place when somebody has removed it. */
export function removeLink(path: string): void {
  rmSync(path, { force: true, recursive: true });
}

/** The names of programs in a folder, without their stamps. */
export function entriesIn(folder: string): string[] {
  try {
    return readdirSync(folder).filter((name) => !name.endsWith(".stamp"));
  } catch {
    return [];
  }
}

/** Removes the least recently used programs until the rest fits. */
export function removeOldest(folder: string): void {
  for (const name of entriesIn(folder)) {
    // Left by a process that was killed while writing.
    if (hasEnded(name.split(".pjrt.")[1] ?? "")) drop(join(folder, name));
  }
  const files = entriesIn(folder).flatMap((name) => {
    const path = join(folder, name);
    const found = statSync(path, { throwIfNoEntry: false });
    return found ? [{ path, size: found.size, used: Math.max(found.atimeMs, found.mtimeMs) }] : [];
  });
  let bytes = files.reduce((sum, { size }) => sum + size, 0);
  for (const { path, size } of files.sort((a, b) => a.used - b.used)) {
    if (bytes <= LARGEST) return;
    drop(path);
    bytes -= size;
  }
}

/** Identifies the processor, for whose instruction set programs are compiled, and the flags for XLA. */
export function processorKey(): string {
  const info = "/proc/cpuinfo";
  const flags = existsSync(info) ? /^(?:flags|Features)\s*:.*$/m.exec(readFileSync(info, "utf8"))?.[0] : undefined;
  const processor = `${process.platform} ${process.arch} ${cpus()[0]?.model} ${flags} ${xlaFlags()}`;
  return createHash("sha256").update(processor).digest("hex").slice(0, 12);
}
