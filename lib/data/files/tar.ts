import { DataError } from "../../errors";

/** A file inside a tar archive. */
export interface TarMember {
  name: string;
  /** Offset of its bytes in the archive. */
  offset: number;
  bytes: number;
  /** Entries other than plain files are listed too, so that they can be reported. */
  kind: "file" | "folder" | "link" | "other";
}

/** Where an archive's bytes come from: an open file, or memory. */
export interface ByteSource {
  read(buffer: Buffer, offset: number, length: number, position: number): Promise<{ bytesRead: number }>;
}

/** An archive in memory. */
export function inMemory(bytes: Buffer): ByteSource {
  return {
    read: async (buffer, offset, length, position) => {
      return { bytesRead: bytes.copy(buffer, offset, position, Math.min(bytes.length, position + length)) };
    },
  };
}

/** The plain files of an archive in memory, by their names in it. @throws as `tarMembers` */
export async function tarFiles(archive: Buffer): Promise<Map<string, Buffer>> {
  const source = inMemory(archive);
  const files = new Map<string, Buffer>();
  for await (const { name, offset, bytes, kind } of tarMembers(source, archive.length))
    if (kind === "file") files.set(name, await readAt(source, offset, bytes));
  return files;
}

const BLOCK = 512;
/** A longer name or extended header is damage or an attack; extended attributes may take a few hundred kB. */
const LONGEST_HEADER = 1 << 22;
/** Bytes checked at a time for data after the end marker. */
const STRETCH = 1 << 16;

/**
 * The members of a tar archive in order, from its headers alone: an archive of images is indexed without reading the
 * images, and each can be read individually afterwards. Supports ustar, GNU long names and pax headers.
 *
 * Libraries that stream a tar would have to read all of its bytes for this.
 *
 * @param length of the archive in bytes
 * @throws {DataError} with the byte where it stops making sense, after yielding the members before it: an invalid
 *   header, an end in the middle of something, no end marker, or bytes after it. So every byte is accounted for.
 *
 * Source: POSIX.1-2017, pax, "ustar Interchange Format"; GNU tar manual, "Basic Tar Format".
 */
export async function* tarMembers(archive: ByteSource, length: number): AsyncGenerator<TarMember> {
  let at = 0;
  let pax: Record<string, string> = {};
  let longName: string | undefined;
  while (at + BLOCK <= length) {
    const header = await readAt(archive, at, BLOCK);
    if (isZero(header)) return expectNothing(archive, at, length);
    if (checksum(header) !== octal(header, 148, 8)) {
      const what = at === 0 ? packedAs(header) : "something else";
      throw new DataError(`byte ${at}: expected the header of a member, got ${what}`);
    }
    const type = String.fromCharCode(header[156] as number);
    const bytes = pax.size === undefined ? octal(header, 124, 12) : Number(pax.size);
    const offset = at + BLOCK;
    if (!Number.isSafeInteger(bytes) || bytes < 0 || offset + bytes > length) {
      throw new DataError(`byte ${at}: a member of ${bytes} bytes begins, and the archive ends at byte ${length}`);
    }
    at = offset + Math.ceil(bytes / BLOCK) * BLOCK;
    if (type === "x" || type === "L") {
      if (bytes > LONGEST_HEADER) throw new DataError(`byte ${offset}: a name or extended header of ${bytes} bytes`);
      const content = await readAt(archive, offset, bytes);
      if (type === "L") longName = text(content, 0, bytes);
      else pax = paxRecords(content);
      continue;
    }
    if (type === "g" || type === "K") continue;
    const prefix = text(header, 257, 5) === "ustar" ? text(header, 345, 155) : "";
    const short = text(header, 0, 100);
    const name = pax.path ?? longName ?? (prefix === "" ? short : `${prefix}/${short}`);
    pax = {};
    longName = undefined;
    yield { name, offset, bytes, kind: kindOf(type) };
  }
  const rest = length - at;
  throw new DataError(
    rest > 0
      ? `byte ${at}: the archive ends within a header, after ${rest} of its ${BLOCK} bytes`
      : `byte ${length}: the archive ends without an end mark (blocks of zeros): what came after this byte is lost, if ` +
          `anything came`,
  );
}

/** What a file is that calls itself a tar, by its first bytes. */
function packedAs(header: Buffer): string {
  const kinds = {
    "1f8b": "gzip",
    "425a68": "bzip2",
    fd377a: "xz",
    "28b52ffd": "zstd",
    "504b": "a ZIP",
    "04224d18": "lz4",
  };
  const start = header.toString("hex", 0, 4);
  const kind = Object.entries(kinds).find(([magic]) => start.startsWith(magic))?.[1];
  return kind === undefined ? "something else" : `${kind}: unpack it to a plain .tar`;
}

/** After the end marker there must be only zeros up to the end of the file; anything else would be lost silently. */
async function expectNothing(archive: ByteSource, from: number, length: number): Promise<void> {
  for (let at = from; at < length; at += STRETCH) {
    const bytes = await readAt(archive, at, Math.min(STRETCH, length - at));
    if (isZero(bytes)) continue;
    const first = at + bytes.findIndex((byte) => byte !== 0);
    throw new DataError(
      `byte ${first}: the archive goes on behind its end mark at byte ${from}, and the ${length - first} bytes from there ` +
        `are not read; two archives in one file, or a hole of zeros in one`,
    );
  }
}

function isZero(bytes: Buffer): boolean {
  return bytes.every((byte) => byte === 0);
}

/** Bytes of an archive, all of them or an error; newly allocated where no buffer is given. */
export async function readAt(
  archive: ByteSource,
  offset: number,
  bytes: number,
  memory: Buffer = Buffer.allocUnsafe(bytes),
): Promise<Buffer> {
  const buffer = memory.subarray(0, bytes);
  let read = 0;
  while (read < bytes) {
    const { bytesRead } = await archive.read(buffer, read, bytes - read, offset + read);
    if (bytesRead === 0) throw new DataError(`byte ${offset + read}: the archive ends in the middle of a member`);
    read += bytesRead;
  }
  return buffer;
}

function kindOf(type: string): TarMember["kind"] {
  if (type === "0" || type === "\0" || type === "7") return "file";
  if (type === "5") return "folder";
  return type === "1" || type === "2" ? "link" : "other";
}

/** The sum of the header's bytes, the checksum field itself counted as spaces. */
function checksum(header: Buffer): number {
  let sum = 8 * 32;
  for (let index = 0; index < BLOCK; index++) if (index < 148 || index >= 156) sum += header[index] as number;
  return sum;
}

/** A number in octal digits, or in GNU's binary form for large ones. */
function octal(header: Buffer, from: number, length: number): number {
  if (((header[from] as number) & 0x80) !== 0) {
    return Number(BigInt(`0x${header.toString("hex", from, from + length)}`) & ((1n << BigInt(8 * length - 1)) - 1n));
  }
  const digits = text(header, from, length).trim();
  return /^[0-7]*$/.test(digits) ? Number.parseInt(digits || "0", 8) : Number.NaN;
}

function text(bytes: Buffer, from: number, length: number): string {
  const end = bytes.indexOf(0, from);
  return bytes.toString("utf8", from, end < 0 || end > from + length ? from + length : end);
}

/** Lines `LENGTH KEY=VALUE\n`, the length counted in bytes over the whole line. */
function paxRecords(content: Buffer): Record<string, string> {
  const records: Record<string, string> = {};
  for (let at = 0; at < content.length; ) {
    const space = content.indexOf(32, at);
    const length = space < 0 ? Number.NaN : Number(content.toString("latin1", at, space));
    if (!(length > space - at) || at + length > content.length) break;
    const line = content.toString("utf8", space + 1, at + length - 1);
    const equals = line.indexOf("=");
    records[line.slice(0, equals)] = line.slice(equals + 1);
    at += length;
  }
  return records;
}
