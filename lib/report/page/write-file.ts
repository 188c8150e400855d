import { rm } from "node:fs/promises";
import path from "node:path";
import { NjepaError } from "../../errors";
import { makeFolder, systemErrorWords, withLock, writeDurably } from "../../system";

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
    const error = cause as Error;
    throw new NjepaError(systemErrorWords(error, `write ${file}`) ?? `Cannot write ${file}: ${error.message}.`, {
      cause,
    });
  }
}

/** Creates the folder and tests writing to it, so that an hour-long run does not end with nowhere to write. */
export async function requireWritable(folder: string): Promise<void> {
  const trial = path.join(folder, `.trial-${process.pid}`);
  await writeReportFile(trial, "");
  await rm(trial, { force: true });
}
