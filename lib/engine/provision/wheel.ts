import { createHash } from "node:crypto";
import { open } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import { text } from "node:stream/consumers";
import { type Entry, openPromise, type ZipFile } from "yauzl";
import { EngineError } from "../../errors";
import { makeFolder } from "../../system";

/** A file that was unpacked and checked against the wheel's own list of hashes. */
export interface Unpacked {
  name: string;
  bytes: number;
  sha256: string;
}

/**
 * The wanted files of a wheel, unpacked into a folder and synced to disk.
 *
 * Each is streamed, since one is 800 MB, and its size and SHA-256 are checked against the wheel's `RECORD`.
 *
 * @param place     where in the folder a file goes, by its path inside the wheel; null if it is not wanted
 * @param needed    paths inside the wheel that must be there, such as `tensorflow/libtensorflow_cc.so.2`
 * @param onBytes   receives the number of bytes written so far, over all files
 * @throws {EngineError} when the file is not a readable wheel, lacks a file, or differs from its own record
 */
export async function unpackWheel(
  wheel: string,
  place: (name: string) => string | null,
  needed: readonly string[],
  directory: string,
  onBytes: (written: number) => void = () => {},
): Promise<Unpacked[]> {
  const archive = await openPromise(wheel, { autoClose: false }).catch((error) => {
    throw damaged(wheel, (error as Error).message, error);
  });
  try {
    const entries = await entriesOf(archive, wheel);
    const record = entries.find(({ fileName }) => /^[^/]+\.dist-info\/RECORD$/.test(fileName));
    if (record === undefined) throw damaged(wheel, "it has no RECORD of its files");
    const hashes = parseRecord(await text(contents(archive, wheel, record)));
    const missing = needed.find((name) => !entries.some(({ fileName }) => fileName === name));
    if (missing !== undefined) throw damaged(wheel, `it does not hold ${missing}`);
    const unpacked: Unpacked[] = [];
    let before = 0;
    for (const entry of entries) {
      const { fileName } = entry;
      const name = fileName.endsWith("/") ? null : place(fileName);
      if (name === null) continue;
      const expected = hashes.get(fileName);
      if (expected === undefined) throw damaged(wheel, `its RECORD does not name ${fileName}`);
      const got = await unpack(archive, wheel, entry, join(directory, name), (bytes) => onBytes(before + bytes));
      if (got.sha256 !== expected) {
        throw damaged(wheel, `${fileName} in it has SHA-256 ${got.sha256}, its RECORD says ${expected}`);
      }
      before += got.bytes;
      unpacked.push({ name, ...got });
    }
    return unpacked;
  } finally {
    archive.close();
  }
}

/** All entries; yauzl refuses names that would escape the folder. */
async function entriesOf(archive: ZipFile, wheel: string): Promise<Entry[]> {
  try {
    const entries: Entry[] = [];
    for await (const entry of archive.eachEntry()) entries.push(entry);
    return entries;
  } catch (error) {
    throw damaged(wheel, (error as Error).message, error);
  }
}

/** An entry's bytes. Read errors here are the wheel's fault; write errors elsewhere are the disk's. */
async function* contents(archive: ZipFile, wheel: string, entry: Entry): AsyncGenerator<Buffer> {
  try {
    for await (const chunk of await archive.openReadStreamPromise(entry)) yield chunk as Buffer;
  } catch (error) {
    throw damaged(wheel, `${entry.fileName} in it cannot be unpacked: ${(error as Error).message}`, error);
  }
}

async function unpack(
  archive: ZipFile,
  wheel: string,
  entry: Entry,
  target: string,
  onBytes: (written: number) => void,
): Promise<{ bytes: number; sha256: string }> {
  const hash = createHash("sha256");
  let bytes = 0;
  await makeFolder(dirname(target));
  const out = await open(target, "w", isProgram(entry) ? 0o755 : 0o644);
  try {
    for await (const chunk of contents(archive, wheel, entry)) {
      hash.update(chunk);
      await out.writeFile(chunk);
      bytes += chunk.length;
      onBytes(bytes);
    }
    await out.sync();
  } finally {
    await out.close();
  }
  return { bytes, sha256: hash.digest("hex") };
}

/** Whether an entry is executable: Unix permissions are in the upper half of the external attributes. */
function isProgram({ externalFileAttributes }: Entry): boolean {
  return ((externalFileAttributes >>> 16) & 0o111) !== 0;
}

/** A RECORD's lines of `path,sha256=<base64url>,<bytes>`; no path looked up has a comma, so splitting by comma works. */
function parseRecord(text: string): Map<string, string> {
  const hashes = new Map<string, string>();
  for (const line of text.split(/\r?\n/)) {
    const [name, hash] = line.split(",");
    if (name === undefined || !hash?.startsWith("sha256=")) continue;
    hashes.set(name, Buffer.from(hash.slice("sha256=".length), "base64url").toString("hex"));
  }
  return hashes;
}

function damaged(wheel: string, how: string, cause?: unknown): EngineError {
  return new EngineError(
    `The wheel ${basename(wheel)} is damaged: ${how}. Run "npm run setup" again; if it stays so, look at the package ` +
      `index that pip is set to use ("python3 -m pip config list").`,
    { cause },
  );
}
