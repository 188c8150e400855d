/** Reads Parquet files on a separate thread, which can be ended: a damaged file may keep a reader busy forever. */
import { open, stat } from "node:fs/promises";
import { parentPort } from "node:worker_threads";
import { AnswerRoom } from "./answer-room";
import type { ParquetJob, ParquetSummary } from "./parquet-file";

/** As large as a row group may be. */
const LARGEST_ANSWER = 2 ** 30;

/** The part of a file's metadata that is used. */
interface Metadata {
  key_value_metadata?: { key: string; value?: string }[];
  /** The column tree in depth-first order: the root first, each column followed by its children. */
  schema: { name: string; type?: string; num_children?: number }[];
  row_groups: { num_rows: bigint; total_byte_size: bigint }[];
}

const libraries = Promise.all([import("hyparquet"), import("hyparquet-compressors")]);

/** The last file's metadata: a column is requested one row group at a time. */
let last: { path: string; metadata: unknown } | null = null;

async function run(job: ParquetJob): Promise<ParquetSummary | unknown[]> {
  const [{ parquetMetadataAsync, parquetReadObjects }, { compressors }] = await libraries;
  const file = fileBuffer(job.path, (await stat(job.path)).size);
  if (job.read === null) {
    const metadata = await parquetMetadataAsync(file);
    last = { path: job.path, metadata };
    return summaryOf(metadata as unknown as Metadata, file.byteLength);
  }
  const known = last?.path === job.path ? (last.metadata as Awaited<ReturnType<typeof parquetMetadataAsync>>) : null;
  const metadata = known ?? (await parquetMetadataAsync(file));
  last = { path: job.path, metadata };
  const { column, start, end } = job.read;
  const room = new AnswerRoom(LARGEST_ANSWER);
  const options = { file, metadata, columns: [column], rowStart: start, rowEnd: end, utf8: false };
  const rows = await parquetReadObjects({ ...options, compressors: room.limited(compressors) });
  return room.copies(rows.map((row) => row[column]));
}

/** The file is reopened for each read: a data set may have more files than a process may hold open. */
function fileBuffer(path: string, byteLength: number) {
  return {
    byteLength,
    slice: async (start: number, end = byteLength): Promise<ArrayBuffer> => {
      // A damaged header may ask for anything.
      const [from, to] = [Math.max(0, start), Math.min(byteLength, end)];
      if (!(to >= from)) throw new Error(`bytes ${start} to ${end} of a file of ${byteLength}`);
      const bytes = new Uint8Array(to - from);
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
      return bytes.buffer;
    },
  };
}

function summaryOf(metadata: Metadata, bytes: number): ParquetSummary {
  let start = 0;
  const groups = metadata.row_groups.map(({ num_rows, total_byte_size }) => {
    const group = { start, end: start + Number(num_rows), bytes: Number(total_byte_size) };
    start = group.end;
    return group;
  });
  return { bytes, rows: start, groups, features: featuresOf(metadata), columns: columnsOf(metadata) };
}

function featuresOf({ key_value_metadata }: Metadata): ParquetSummary["features"] {
  const text = key_value_metadata?.find(({ key }) => key === "huggingface")?.value;
  try {
    return JSON.parse(text ?? "{}")?.info?.features ?? {};
  } catch {
    // Written by some other tool: the columns tell.
    return {};
  }
}

function columnsOf({ schema }: Metadata): ParquetSummary["columns"] {
  const columns: ParquetSummary["columns"] = [];
  let at = 1;
  const skip = (): string => {
    const { name, num_children = 0 } = schema[at++] ?? { name: "" };
    for (let child = 0; child < num_children && at < schema.length; child++) skip();
    return name;
  };
  while (at < schema.length) {
    const { name, type, num_children = 0 } = schema[at++] as Metadata["schema"][number];
    const inside: string[] = [];
    for (let child = 0; child < num_children && at < schema.length; child++) inside.push(skip());
    columns.push({ name, type: type ?? "group", inside });
  }
  return columns;
}

parentPort?.on("message", async (job: ParquetJob) => {
  try {
    parentPort?.postMessage({ result: await run(job) });
  } catch (error) {
    parentPort?.postMessage({ error: (error as Error).message });
  }
});
