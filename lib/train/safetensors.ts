import { CheckpointError } from "../errors";
import { isPlainObject } from "../plain-object";
import { sizeFromShape } from "../shape";

/** A float32 array with its shape. */
export interface NamedArray {
  shape: readonly number[];
  values: Float32Array;
}

/** A header larger than this is not ours: it is refused before memory is allocated for it. */
const LARGEST_HEADER = 64 * 1024 * 1024;

/**
 * The bytes of a `.safetensors` file: eight bytes of header length, a JSON header, then the arrays back to back,
 * little-endian, ordered by name.
 *
 * Source: the format's description, huggingface/safetensors, README.
 */
export function encodeSafetensors(
  arrays: Readonly<Record<string, NamedArray>>,
  metadata: Record<string, string>,
): Buffer {
  const names = Object.keys(arrays).sort();
  const header: Record<string, unknown> = { __metadata__: metadata };
  const parts: Uint8Array[] = [];
  let offset = 0;
  for (const name of names) {
    const { shape, values } = arrays[name] as NamedArray;
    header[name] = { dtype: "F32", shape, data_offsets: [offset, offset + values.byteLength] };
    offset += values.byteLength;
    parts.push(new Uint8Array(values.buffer, values.byteOffset, values.byteLength));
  }
  const text = JSON.stringify(header);
  const padded = Buffer.from(text.padEnd(Math.ceil(text.length / 8) * 8));
  const length = Buffer.alloc(8);
  length.writeBigUInt64LE(BigInt(padded.length));
  return Buffer.concat([length, padded, ...parts]);
}

/**
 * The float32 arrays and the metadata of a `.safetensors` file.
 *
 * The arrays must fill the file without gap or overlap, as the format requires, so they never take more memory than the
 * file does.
 *
 * @param source  named in errors
 * @throws {CheckpointError} when the bytes are not a complete file of float32 arrays
 */
export function decodeSafetensors(
  bytes: Buffer,
  source: string,
): { arrays: Record<string, NamedArray>; metadata: Record<string, string> } {
  try {
    const { header, data } = takeApart(bytes);
    const { __metadata__: metadata = {}, ...entries } = header;
    if (!isMetadata(metadata)) throw new Error("its metadata are not texts by name");
    const checked = Object.entries(entries).map(([name, entry]) => checkEntry(name, entry));
    assertFilled(checked, data.length);
    // Copied, since a view would have to start at a multiple of four.
    const arrays = checked.map(({ name, shape, from, to }) => {
      const values = new Float32Array((to - from) / 4);
      Buffer.from(values.buffer).set(data.subarray(from, to));
      return [name, { shape, values }] as const;
    });
    return { arrays: Object.fromEntries(arrays), metadata };
  } catch (error) {
    const why = (error as Error).message;
    throw new CheckpointError(`${source} is not a whole .safetensors file: ${why}.`, { cause: error });
  }
}

interface Entry {
  name: string;
  shape: number[];
  /** Byte offsets within the data: start, and end (exclusive). */
  from: number;
  to: number;
}

function takeApart(bytes: Buffer): { header: Record<string, unknown>; data: Buffer } {
  if (bytes.length < 8) throw new Error(`expected at least 8 bytes, got ${bytes.length}`);
  const headerBytes = Number(bytes.readBigUInt64LE(0));
  if (headerBytes > LARGEST_HEADER || 8 + headerBytes > bytes.length) {
    throw new Error(`its header claims ${headerBytes} bytes of ${bytes.length}`);
  }
  const header: unknown = JSON.parse(bytes.toString("utf8", 8, 8 + headerBytes));
  if (!isPlainObject(header)) throw new Error("its header is no JSON object");
  return { header, data: bytes.subarray(8 + headerBytes) };
}

function checkEntry(name: string, entry: unknown): Entry {
  const { dtype, shape, data_offsets: offsets } = isPlainObject(entry) ? entry : {};
  const isCounts = (value: unknown): value is number[] =>
    Array.isArray(value) && value.every((size) => Number.isSafeInteger(size) && size >= 0);
  if (dtype !== "F32") throw new Error(`"${name}" is ${JSON.stringify(dtype)}, expected F32`);
  if (!isCounts(shape)) throw new Error(`"${name}" has the shape ${JSON.stringify(shape)}, expected whole numbers`);
  if (!isCounts(offsets) || offsets.length !== 2) {
    throw new Error(`"${name}" has the offsets ${JSON.stringify(offsets)}, expected two whole numbers`);
  }
  const [from, to] = offsets as [number, number];
  const count = sizeFromShape(shape);
  if (to - from !== count * 4) throw new Error(`"${name}" [${shape}] takes bytes ${from} to ${to}`);
  return { name, shape, from, to };
}

function assertFilled(entries: readonly Entry[], length: number): void {
  let end = 0;
  for (const { name, from, to } of [...entries].sort((a, b) => a.from - b.from || a.to - b.to)) {
    if (from !== end) throw new Error(`"${name}" begins at byte ${from} where ${end} was expected`);
    end = to;
  }
  if (end !== length) throw new Error(`its arrays take ${end} bytes, the file has ${length}`);
}

function isMetadata(value: unknown): value is Record<string, string> {
  return isPlainObject(value) && Object.values(value).every((text) => typeof text === "string");
}
