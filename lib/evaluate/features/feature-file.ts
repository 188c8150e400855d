import { createHash } from "node:crypto";
import { type FileHandle, open } from "node:fs/promises";
import { dirname } from "node:path";
import { DataError } from "../../errors";
import { makeFolder } from "../../system";

/** Header of a feature file, in its first bytes. */
export interface FeatureFileHeader {
  format: "njepa-features-1";
  /** Key of all that the numbers depend on; a file with another key is not read. */
  key: string;
  count: number;
  width: number;
  /** Rows per block; the last block holds the remainder. */
  blockRows: number;
}

const HEADER_BYTES = 4096;
const HASH_BYTES = 32;

/**
 * Rows of float32 on disk, written block by block, each followed by its SHA-256, so that an interrupted file can be
 * resumed and a damaged one is noticed.
 *
 * Layout: 4096 bytes of JSON padded with spaces; then blocks of `blockRows · width` little-endian float32, each with 32
 * bytes of hash.
 */
export class FeatureFile {
  private constructor(
    readonly path: string,
    readonly header: FeatureFileHeader,
    private readonly file: FileHandle,
    /** Rows that are present and intact. */
    private written: number,
  ) {}

  /**
   * Opens or creates the file to complete it; intact blocks are kept, up to the first damaged one. One process at a time
   * may have it open so.
   *
   * @throws {DataError} when the file has another key
   */
  static async open(path: string, header: FeatureFileHeader): Promise<FeatureFile> {
    await makeFolder(dirname(path));
    const file = await open(path, "a+").then(async (made) => {
      await made.close();
      return open(path, "r+");
    });
    try {
      const text = textOf(header);
      const found = await firstBytes(file);
      if (!found.equals(text)) {
        // A file with an intact but different header was not written by us under this name.
        if (found.length === HEADER_BYTES && found.toString().startsWith("{"))
          throw foreign(path, header, found.toString());
        await file.truncate(0);
        await file.write(text, 0, HEADER_BYTES, 0);
      }
      const it = new FeatureFile(path, header, file, 0);
      it.written = await it.wholeRows();
      return it;
    } catch (error) {
      await file.close();
      throw error;
    }
  }

  /**
   * Opens a complete file to read it, and changes nothing: another process may be about to write it.
   *
   * @param options.verified the whole file was checked already
   * @returns null when there is none, or it is incomplete, damaged or of another key
   */
  static async openWhole(
    path: string,
    header: FeatureFileHeader,
    { verified = false } = {},
  ): Promise<FeatureFile | null> {
    const file = await open(path, "r").catch((error: NodeJS.ErrnoException) => {
      if (error.code === "ENOENT") return null;
      throw error;
    });
    if (file === null) return null;
    const it = new FeatureFile(path, header, file, header.count);
    let isWhole = false;
    try {
      isWhole =
        (await firstBytes(file)).equals(textOf(header)) && (verified || (await it.wholeRows()) === header.count);
    } finally {
      if (!isWhole) await file.close();
    }
    return isWhole ? it : null;
  }

  /** Number of rows that need not be recomputed. */
  get rows(): number {
    return this.written;
  }

  get complete(): boolean {
    return this.written === this.header.count;
  }

  /** Appends the next block, which must have the header's number of rows unless it is the last. */
  async append(values: Float32Array): Promise<void> {
    const { count, width, blockRows } = this.header;
    const rows = Math.min(blockRows, count - this.written);
    if (rows <= 0 || values.length !== rows * width) {
      throw new DataError(`${this.path}: expected a block of ${rows} × ${width} values, got ${values.length}.`);
    }
    const bytes = Buffer.from(values.buffer, values.byteOffset, values.byteLength);
    const hash = createHash("sha256").update(bytes).digest();
    const block = Buffer.concat([bytes, hash]);
    const { bytesWritten } = await this.file.write(block, 0, block.length, this.offset(this.written));
    if (bytesWritten < block.length) throw new DataError(`${this.path} could not be written whole: is the disk full?`);
    this.written += rows;
    if (this.complete) await this.file.sync();
  }

  /** The last `width` numbers of the rows at these places, in their order. */
  async read(places: Int32Array, width = this.header.width): Promise<Float32Array> {
    const values = new Float32Array(places.length * width);
    const skipped = (this.header.width - width) * 4;
    for (let from = 0; from < places.length; ) {
      const first = places[from] as number;
      let run = 1;
      // Neighbors in one block are read together if nothing lies between their columns.
      while (
        skipped === 0 &&
        places[from + run] === first + run &&
        Math.floor((first + run) / this.header.blockRows) === Math.floor(first / this.header.blockRows)
      )
        run++;
      const target = new Uint8Array(values.buffer, from * width * 4, run * width * 4);
      const { bytesRead } = await this.file.read(target, 0, target.length, this.offset(first) + skipped);
      if (bytesRead !== target.length) throw new DataError(`${this.path} ends before row ${first}; extract it again.`);
      from += run;
    }
    return values;
  }

  close(): Promise<void> {
    return this.file.close();
  }

  private offset(row: number): number {
    const { blockRows, width } = this.header;
    const block = Math.floor(row / blockRows);
    return HEADER_BYTES + block * HASH_BYTES + row * width * 4;
  }

  private async wholeRows(): Promise<number> {
    const { count, width, blockRows } = this.header;
    for (let row = 0; row < count; row += blockRows) {
      const bytes = Math.min(blockRows, count - row) * width * 4;
      const block = Buffer.alloc(bytes + HASH_BYTES);
      const { bytesRead } = await this.file.read(block, 0, block.length, this.offset(row));
      const hash = createHash("sha256").update(block.subarray(0, bytes)).digest();
      if (bytesRead < block.length || !hash.equals(block.subarray(bytes))) return row;
    }
    return count;
  }
}

function textOf(header: FeatureFileHeader): Buffer {
  return Buffer.from(JSON.stringify(header).padEnd(HEADER_BYTES));
}

async function firstBytes(file: FileHandle): Promise<Buffer> {
  const { buffer, bytesRead } = await file.read(Buffer.alloc(HEADER_BYTES), 0, HEADER_BYTES, 0);
  return buffer.subarray(0, bytesRead);
}

function foreign(path: string, header: FeatureFileHeader, found: string): DataError {
  return new DataError(
    `${path} holds other features than asked for: expected ${JSON.stringify(header)}, got ${found.trim().slice(0, 300)}. ` +
      "Remove the file, or name another folder.",
  );
}
