import { createHash } from "node:crypto";
import { mkdir, open } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import { text } from "node:stream/consumers";
import { type Entry, openPromise, type ZipFile } from "yauzl";
import { EngineError } from "../../errors";

/** A file that was unpacked and checked against the wheel's own list of hashes. */
export interface Unpacked {
  name: string;
  bytes: number;
  sha256: string;
}

/**
 * Unpacks the files of a wheel that are wanted into a folder, synced to the disk.
 *
 * Each is streamed, since one is 800 MB, and checked for size and SHA-256 against the wheel's `RECORD`.
 *
 * @param place     where in the folder a file goes, by its path inside the wheel; null for one that is not wanted
 * @param needed    paths inside the wheel that must be there, as `tensorflow/libtensorflow_cc.so.2`
 * @param onBytes   gets the number of bytes written so far, over all files
 * @throws {EngineError} when the wheel cannot be read as one, lacks a file, or holds other bytes than it says
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

/** All entries; yauzl refuses names that would lead out of the folder. */
async function entriesOf(archive: ZipFile, wheel: string): Promise<Entry[]> {
  try {
    const entries: Entry[] = [];
    for await (const entry of archive.eachEntry()) entries.push(entry);
    return entries;
  } catch (error) {
    throw damaged(wheel, (error as Error).message, error);
  }
}

/** What goes wrong here is the wheel's fault; what goes wrong where it is written, the disk's. */
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
  await mkdir(dirname(target), { recursive: true });
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

/** Unix' permissions are in the upper half of the external attributes. */
function isProgram({ externalFileAttributes }: Entry): boolean {
  return ((externalFileAttributes >>> 16) & 0o111) !== 0;
}

/** Lines of `path,sha256=<base64url>,<bytes>`; only paths without a comma are looked up, so a split by comma will do. */
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
