import { createHash } from "node:crypto";
import { createReadStream } from "node:fs";
import { type FileHandle, mkdir, open } from "node:fs/promises";
import { basename, dirname, resolve, sep } from "node:path";
import { pipeline } from "node:stream/promises";
import { createInflateRaw } from "node:zlib";
import { EngineError } from "../../errors";

/** One file inside a wheel, which is a zip archive. */
interface Entry {
  name: string;
  method: number;
  compressedBytes: number;
  bytes: number;
  headerOffset: number;
  /** Whether it is a program: Unix' permissions are in the upper half of the external attributes. */
  executable: boolean;
}

/** A file that was unpacked and checked against the wheel's own list of hashes. */
export interface Unpacked {
  name: string;
  bytes: number;
  sha256: string;
}

const endSignature = 0x06054b50;
const entrySignature = 0x02014b50;
const headerSignature = 0x04034b50;
const endBytes = 22;
const longestComment = 65_535;

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
  const file = await open(wheel, "r");
  try {
    const entries = await readEntries(file, wheel);
    const record = entries.find((entry) => /^[^/]+\.dist-info\/RECORD$/.test(entry.name));
    if (record === undefined) throw damaged(wheel, "it has no RECORD of its files");
    const stated = parseRecord(await readWhole(file, wheel, record));
    const missing = needed.find((name) => !entries.some((entry) => entry.name === name));
    if (missing !== undefined) throw damaged(wheel, `it does not hold ${missing}`);
    const unpacked: Unpacked[] = [];
    let before = 0;
    for (const entry of entries) {
      const name = entry.name.endsWith("/") ? null : place(entry.name);
      if (name === null) continue;
      const target = confined(directory, name, wheel);
      const expected = stated.get(entry.name);
      if (expected === undefined) throw damaged(wheel, `its RECORD does not name ${entry.name}`);
      await mkdir(dirname(target), { recursive: true });
      const got = await unpack(file, wheel, entry, target, (bytes) => onBytes(before + bytes));
      if (got.sha256 !== expected) {
        throw damaged(wheel, `${entry.name} in it has SHA-256 ${got.sha256}, its RECORD says ${expected}`);
      }
      before += got.bytes;
      unpacked.push({ name, ...got });
    }
    return unpacked;
  } finally {
    await file.close();
  }
}

/** A wheel's names are not ours: none may lead out of the folder. */
function confined(directory: string, name: string, wheel: string): string {
  const target = resolve(directory, name);
  if (target.startsWith(resolve(directory) + sep)) return target;
  throw damaged(wheel, `${name} in it leads out of the folder it is unpacked in`);
}

async function readEntries(file: FileHandle, wheel: string): Promise<Entry[]> {
  const { size } = await file.stat();
  const tail = await read(
    file,
    wheel,
    Math.max(0, size - endBytes - longestComment),
    Math.min(size, endBytes + longestComment),
  );
  let end = tail.length - endBytes;
  while (end >= 0 && tail.readUInt32LE(end) !== endSignature) end--;
  if (end < 0) throw damaged(wheel, "its end is missing, so it was cut short");
  const count = tail.readUInt16LE(end + 10);
  const directory = await read(file, wheel, tail.readUInt32LE(end + 16), tail.readUInt32LE(end + 12));
  const entries: Entry[] = [];
  for (let at = 0; entries.length < count; ) {
    if (at + 46 > directory.length || directory.readUInt32LE(at) !== entrySignature) {
      throw damaged(wheel, "its table of contents cannot be read");
    }
    const nameBytes = directory.readUInt16LE(at + 28);
    entries.push({
      name: directory.toString("utf8", at + 46, at + 46 + nameBytes),
      method: directory.readUInt16LE(at + 10),
      compressedBytes: directory.readUInt32LE(at + 20),
      bytes: directory.readUInt32LE(at + 24),
      headerOffset: directory.readUInt32LE(at + 42),
      executable: ((directory.readUInt32LE(at + 38) >>> 16) & 0o111) !== 0,
    });
    at += 46 + nameBytes + directory.readUInt16LE(at + 30) + directory.readUInt16LE(at + 32);
  }
  return entries;
}

/** The stream of an entry's bytes; what goes wrong inside it surfaces where it is consumed. */
async function contents(file: FileHandle, wheel: string, entry: Entry): Promise<AsyncIterable<Buffer>> {
  const header = await read(file, wheel, entry.headerOffset, 30);
  if (header.readUInt32LE(0) !== headerSignature) throw damaged(wheel, `${entry.name} is not where it should be`);
  const start = entry.headerOffset + 30 + header.readUInt16LE(26) + header.readUInt16LE(28);
  if (entry.method !== 0 && entry.method !== 8) {
    throw damaged(wheel, `${entry.name} is packed by method ${entry.method}, expected 0 or 8`);
  }
  if (entry.compressedBytes === 0) return empty();
  const packed = createReadStream(wheel, { start, end: start + entry.compressedBytes - 1, highWaterMark: 1 << 20 });
  if (entry.method === 0) return packed;
  const inflate = createInflateRaw({ chunkSize: 1 << 20 });
  packed.on("error", (error) => inflate.destroy(error));
  return packed.pipe(inflate);
}

async function* empty(): AsyncGenerator<Buffer> {}

async function readWhole(file: FileHandle, wheel: string, entry: Entry): Promise<string> {
  const chunks: Buffer[] = [];
  try {
    for await (const chunk of await contents(file, wheel, entry)) chunks.push(chunk);
  } catch (error) {
    throw explained(wheel, entry, error);
  }
  return Buffer.concat(chunks).toString("utf8");
}

async function unpack(
  file: FileHandle,
  wheel: string,
  entry: Entry,
  target: string,
  onBytes: (written: number) => void,
): Promise<{ bytes: number; sha256: string }> {
  const hash = createHash("sha256");
  let bytes = 0;
  const out = await open(target, "w", entry.executable ? 0o755 : 0o644);
  try {
    await pipeline(await contents(file, wheel, entry), async (chunks: AsyncIterable<Buffer>) => {
      for await (const chunk of chunks) {
        hash.update(chunk);
        await out.writeFile(chunk);
        bytes += chunk.length;
        onBytes(bytes);
      }
    });
    await out.sync();
  } catch (error) {
    throw explained(wheel, entry, error);
  } finally {
    await out.close();
  }
  if (bytes !== entry.bytes) throw damaged(wheel, `${entry.name} in it has ${bytes} bytes, expected ${entry.bytes}`);
  return { bytes, sha256: hash.digest("hex") };
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

async function read(file: FileHandle, wheel: string, position: number, length: number): Promise<Buffer> {
  const buffer = Buffer.alloc(length);
  const { bytesRead } = await file.read(buffer, 0, length, position);
  if (bytesRead < length) throw damaged(wheel, "it ends in the middle of its table of contents");
  return buffer;
}

function damaged(wheel: string, how: string, cause?: unknown): EngineError {
  return new EngineError(
    `The wheel ${basename(wheel)} is damaged: ${how}. Run "npm run setup" again; if it stays so, look at the package ` +
      `index that pip is set to use ("python3 -m pip config list").`,
    { cause },
  );
}

function explained(wheel: string, entry: Entry, error: unknown): unknown {
  const code = (error as NodeJS.ErrnoException).code ?? "";
  return code.startsWith("Z_") ? damaged(wheel, `${entry.name} in it cannot be unpacked`, error) : error;
}
