import { mkdir, rm, stat } from "node:fs/promises";
import path from "node:path";
import { NjepaError } from "../../errors";
import { withLock, writeDurably } from "../../system";

const reasons: Readonly<Record<string, string>> = {
  ENOSPC: "the disk is full; free some space, or choose another folder",
  EDQUOT: "the disk quota is used up; free some space, or choose another folder",
  EACCES: "there is no permission to write there; choose another folder",
  EPERM: "there is no permission to write there; choose another folder",
  EROFS: "that file system cannot be written; choose another folder",
  ENOENT: "no folder can be made there; choose another one",
  ENOTDIR: "a file stands where a folder should be; move it, or choose another folder",
  EEXIST: "a file stands where a folder should be; move it, or choose another folder",
  EISDIR: "a folder of that name is in the way; move it, or choose another folder",
};

/** Writes a whole file or none, and says in one sentence why it could not. */
export async function writeReportFile(file: string, content: string): Promise<void> {
  await sayingWhy(file, async () => {
    await makeFolder(path.dirname(path.resolve(file)));
    await writeDurably(file, content);
  });
}

/**
 * Runs work that rewrites `file` while no other process does, so that a read followed by a write loses nothing.
 *
 * @throws {NjepaError} in one sentence, when the folder or the disk does not accept it
 */
export async function whileAlone(file: string, work: () => Promise<void>): Promise<void> {
  const folder = path.dirname(path.resolve(file));
  await sayingWhy(file, async () => {
    await makeFolder(folder);
    await withLock(path.join(folder, `.${path.basename(file)}.lock`), { what: "another process that writes it" }, work);
  });
}

async function sayingWhy(file: string, work: () => Promise<void>): Promise<void> {
  try {
    await work();
  } catch (cause) {
    if (cause instanceof NjepaError) throw cause;
    const { code = "", message } = cause as NodeJS.ErrnoException;
    const known = code === "" ? "" : ` (${code})`;
    throw new NjepaError(`Cannot write ${file}: ${reasons[code] ?? message}${known}.`, { cause });
  }
}

/** Creates the folder and tests writing to it, so that an hour-long run does not end with nowhere to write. */
export async function requireWritable(folder: string): Promise<void> {
  const trial = path.join(folder, `.trial-${process.pid}`);
  await writeReportFile(trial, "");
  await rm(trial, { force: true });
}

/** Level by level, because Node's recursive mkdir never returns if a folder is refused with ENOENT, as under /proc. */
async function makeFolder(folder: string): Promise<void> {
  const there = await stat(folder).catch(() => undefined);
  if (there?.isDirectory()) return;
  if (path.dirname(folder) !== folder) await makeFolder(path.dirname(folder));
  await mkdir(folder).catch(async (error: NodeJS.ErrnoException) => {
    // Another process may have created it a moment ago.
    if (error.code !== "EEXIST" || !(await stat(folder).catch(() => undefined))?.isDirectory()) throw error;
  });
}
