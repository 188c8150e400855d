import { DataError, DecodeError } from "../../errors";
import type { SplitName } from "../dataset";
import type { ImageFiles } from "../images/image-files";
import type { ParquetFile } from "./parquet-file";

/** Row groups kept in memory: an epoch in random order needs each of them many times. */
const KEPT_BYTES = 512 << 20;

/** A part's files, and the row of the part at which each one starts. */
interface Part {
  file: ParquetFile;
  /** Its name in image names and messages. */
  name: string;
  /** [rows], class numbers; −1: unlabelled. */
  labels: Int32Array;
}

/**
 * The images in a column of some files, ordered by file and row. A row group is read when one of its images is needed.
 */
export function parquetImages(split: SplitName, parts: readonly Part[], column: string): ImageFiles {
  const starts = [0];
  for (const { file } of parts) starts.push((starts.at(-1) as number) + file.rows);
  const count = starts.at(-1) as number;
  const find = (index: number) => {
    const at = starts.findIndex((start) => start > index) - 1;
    const part = parts[at];
    if (index < 0 || index >= count || part === undefined) {
      throw new DataError(`Image ${index} of split "${split}" was asked for: expected 0 … ${count - 1}.`);
    }
    return { part, row: index - (starts[at] as number) };
  };
  const nameOf = (index: number): string => {
    const { part, row } = find(index);
    return `${part.name}/${row}`;
  };
  const cache = createGroupCache(column);
  return {
    name: split,
    count,
    labels: Int32Array.from(parts.flatMap(({ labels }) => [...labels])),
    nameOf,
    bytesOf: (index) => find(index).part.file.bytes,
    use: async (index, work) => {
      const { part, row } = find(index);
      const value = await cache(part, row).catch((error: Error) => {
        throw new DataError(`${nameOf(index)} cannot be read: ${error.message}.`, { cause: error });
      });
      return work(imageBytes(value, nameOf(index)));
    },
  };
}

/** The bytes of an image as a column holds it: bare, or in a group with a `bytes` field. */
function imageBytes(value: unknown, name: string): Uint8Array {
  const { bytes, path } = value instanceof Uint8Array ? { bytes: value, path: null } : Object(value);
  if (bytes instanceof Uint8Array) return bytes;
  const elsewhere = typeof path === "string" ? ` but the name of a file, ${path}` : "";
  throw new DecodeError(`${name} has no image in it${elsewhere}: expected its bytes.`);
}

/** Values of a column by file and row, read by whole row groups; the most recently used are kept. */
function createGroupCache(column: string): (part: Part, row: number) => Promise<unknown> {
  const kept = new Map<string, { bytes: number; values: Promise<unknown[]> }>();
  return async ({ file }, row) => {
    const group = file.groups.find(({ end }) => end > row) as ParquetFile["groups"][number];
    const key = `${file.path} ${group.start}`;
    const before = kept.get(key);
    const entry = before ?? { bytes: group.bytes, values: file.read(column, group.start, group.end) };
    // The most recent is last.
    kept.delete(key);
    kept.set(key, entry);
    let held = [...kept.values()].reduce((sum, { bytes }) => sum + bytes, 0);
    for (const [oldest, { bytes }] of kept) {
      if (held <= KEPT_BYTES || oldest === key) break;
      kept.delete(oldest);
      held -= bytes;
    }
    try {
      return (await entry.values)[row - group.start];
    } catch (error) {
      kept.delete(key);
      throw error;
    }
  };
}
