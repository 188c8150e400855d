import { open, stat } from "node:fs/promises";
import { DataError } from "../../errors";

/** A Parquet file, its columns known and nothing else read. */
export interface ParquetFile {
  path: string;
  bytes: number;
  rows: number;
  /** Features as Hugging Face's datasets keeps them, by column. */
  features: Record<string, { _type?: string; names?: string[] }>;
  /** Top-level columns: their physical type, or "group" with the names of what is in them. */
  columns: { name: string; type: string; inside: string[] }[];
  /** Rows of each row group, and the bytes that it takes in memory. */
  groups: { start: number; end: number; bytes: number }[];
  /** Values of one column. */
  read(column: string, start: number, end: number): Promise<unknown[]>;
}

/** What is looked at of a file's metadata. */
interface Metadata {
  key_value_metadata?: { key: string; value?: string }[];
  /** The tree of columns, each followed by what is in it; first the root. */
  schema: { name: string; type?: string; num_children?: number }[];
}

/** A row group is read whole; a larger one would fill a machine's memory. */
const LARGEST_GROUP = 2 ** 30;

/** @throws {DataError} naming the file, when it is not Parquet or has row groups too large to be read */
export async function openParquet(path: string): Promise<ParquetFile> {
  const { parquetMetadataAsync, parquetReadObjects } = await import("hyparquet");
  const { compressors } = await import("hyparquet-compressors");
  const { size } = await stat(path);
  const file = fileBuffer(path, size);
  const metadata = await parquetMetadataAsync(file).catch((error: Error) => {
    throw new DataError(`${path} is no whole Parquet file: ${error.message}.`, { cause: error });
  });
  let start = 0;
  const groups = metadata.row_groups.map(({ num_rows, total_byte_size }) => {
    const group = { start, end: start + Number(num_rows), bytes: Number(total_byte_size) };
    if (!(group.end >= start) || !(group.bytes <= LARGEST_GROUP)) {
      throw new DataError(
        `${path} has a row group of ${num_rows} rows and ${total_byte_size} bytes: expected at most ${LARGEST_GROUP} bytes, ` +
          `since a row group is read whole. Write it anew with smaller ones.`,
      );
    }
    start = group.end;
    return group;
  });
  return {
    path,
    bytes: size,
    rows: start,
    features: featuresOf(metadata),
    columns: columnsOf(metadata),
    groups,
    read: async (column, from, to) => {
      const rows = await parquetReadObjects({
        file,
        metadata,
        compressors,
        columns: [column],
        rowStart: from,
        rowEnd: to,
        utf8: false,
      });
      return rows.map((row) => row[column] as unknown);
    },
  };
}

/** The file is opened for each part that is read: a data set may have more files than a process may have open. */
function fileBuffer(path: string, byteLength: number) {
  return {
    byteLength,
    slice: async (start: number, end = byteLength): Promise<ArrayBuffer> => {
      // What a damaged header asks for may be anything.
      const [from, to] = [Math.max(0, start), Math.min(byteLength, end)];
      if (!(to >= from)) throw new Error(`bytes ${start} to ${end} of a file of ${byteLength}`);
      const bytes = Buffer.alloc(to - from);
      const handle = await open(path, "r");
      try {
        for (let read = 0; read < bytes.length; ) {
          const { bytesRead } = await handle.read(bytes, read, bytes.length - read, from + read);
          if (bytesRead === 0) throw new Error(`it ends at byte ${from + read}`);
          read += bytesRead;
        }
      } finally {
        await handle.close();
      }
      return bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.length) as ArrayBuffer;
    },
  };
}

function featuresOf({ key_value_metadata }: Metadata): ParquetFile["features"] {
  const text = key_value_metadata?.find(({ key }) => key === "huggingface")?.value;
  try {
    return JSON.parse(text ?? "{}")?.info?.features ?? {};
  } catch {
    // Written by something else: the columns tell.
    return {};
  }
}

function columnsOf({ schema }: Metadata): ParquetFile["columns"] {
  const columns: ParquetFile["columns"] = [];
  let at = 1;
  const skip = (): string => {
    const { name, num_children = 0 } = schema[at++] ?? { name: "" };
    for (let child = 0; child < num_children; child++) skip();
    return name;
  };
  while (at < schema.length) {
    const { name, type, num_children = 0 } = schema[at++] as Metadata["schema"][number];
    columns.push({ name, type: type ?? "group", inside: Array.from({ length: num_children }, skip) });
  }
  return columns;
}
