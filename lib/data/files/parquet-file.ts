import { DataError } from "../../errors";
import { compiledFile, limitedThread } from "../../system";

/** What a Parquet file's metadata says. */
export interface ParquetSummary {
  bytes: number;
  rows: number;
  /** Features as Hugging Face's `datasets` stores them, by column. */
  features: Record<string, { _type?: string; names?: string[] }>;
  /** Top-level columns: their physical type, or "group" with the names of its fields. */
  columns: { name: string; type: string; inside: string[] }[];
  /** Rows of each row group, and the bytes that it takes in memory. */
  groups: { start: number; end: number; bytes: number }[];
}

export interface ParquetFile extends ParquetSummary {
  path: string;
  /** Values of one column. @throws {DataError} naming file, rows and column */
  read(column: string, start: number, end: number): Promise<unknown[]>;
}

/** A request to the thread: a file's summary, or some values. */
export interface ParquetJob {
  path: string;
  read: { column: string; start: number; end: number } | null;
}

/** A row group is read in full; a larger one would exhaust the machine's memory. */
const LARGEST_GROUP = 2 ** 30;
/** For the thread's JavaScript heap, not counting the bytes of a row group. */
const HEAP_MB = 1024;
/** Beyond this the reader is looping over a damaged file: even a slow disk delivers more than a megabyte a second. */
const SECONDS = 10;
const BYTES_PER_SECOND = 1 << 20;

/** @throws {DataError} naming the file, when it is not Parquet or has row groups too large to read */
export async function openParquet(path: string): Promise<ParquetFile> {
  const summary = (await ask({ path, read: null }, SECONDS).catch((error: Error) => {
    throw new DataError(`${path} is no whole Parquet file: ${error.message}.`, { cause: error });
  })) as ParquetSummary;
  const wrong = summary.groups.find(({ start, end, bytes }) => !(end >= start && bytes >= 0 && bytes <= LARGEST_GROUP));
  if (wrong) {
    throw new DataError(
      `${path} has a row group of ${wrong.end - wrong.start} rows and ${wrong.bytes} bytes: expected at most ` +
        `${LARGEST_GROUP} bytes, since a row group is read whole. Write it anew with smaller ones.`,
    );
  }
  const secondsFor = (start: number, end: number) =>
    SECONDS +
    summary.groups
      .filter((group) => group.end > start && group.start < end)
      .reduce((sum, { bytes }) => sum + bytes, 0) /
      BYTES_PER_SECOND;
  return {
    ...summary,
    path,
    read: async (column, start, end) => {
      const values = await ask({ path, read: { column, start, end } }, secondsFor(start, end)).catch((error: Error) => {
        const rows = `rows ${start} to ${end}, column ${column}`;
        throw new DataError(`${path}, ${rows} cannot be read: ${error.message}.`, { cause: error });
      });
      return values as unknown[];
    },
  };
}

const thread = limitedThread(compiledFile("data", "files", "parquet-worker.js"), HEAP_MB);

function ask(job: ParquetJob, seconds: number): Promise<unknown> {
  return thread.ask(job, seconds);
}
