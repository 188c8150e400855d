import { CheckpointError } from "../errors";

/** A float32 array with its shape. */
export interface NamedArray {
  shape: readonly number[];
  values: Float32Array;
}

/** A larger header than this is not ours: refuse it before memory is taken for it. */
const LARGEST_HEADER = 64 * 1024 * 1024;

/**
 * The bytes of a `.safetensors` file: eight bytes of header length, a JSON header, then the arrays one after another,
 * little-endian, in the order of their names.
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
 * Reads the float32 arrays and the metadata of a `.safetensors` file.
 *
 * @param source  named in errors
 * @throws {CheckpointError} when the bytes are not a whole file of float32 arrays
 */
export function decodeSafetensors(
  bytes: Buffer,
  source: string,
): { arrays: Record<string, NamedArray>; metadata: Record<string, string> } {
  const broken = (what: string, cause?: unknown) =>
    new CheckpointError(`${source} is not a whole .safetensors file: ${what}.`, cause === undefined ? {} : { cause });
  if (bytes.length < 8) throw broken(`expected at least 8 bytes, got ${bytes.length}`);
  const headerBytes = Number(bytes.readBigUInt64LE(0));
  if (headerBytes > LARGEST_HEADER || 8 + headerBytes > bytes.length) {
    throw broken(`its header claims ${headerBytes} bytes of ${bytes.length}`);
  }
  let header: Record<string, { dtype: string; shape: number[]; data_offsets: [number, number] }>;
  try {
    header = JSON.parse(bytes.toString("utf8", 8, 8 + headerBytes));
  } catch (error) {
    throw broken("its header is not JSON", error);
  }
  const { __metadata__: metadata, ...entries } = header as typeof header & { __metadata__?: unknown };
  const data = bytes.subarray(8 + headerBytes);
  const arrays: Record<string, NamedArray> = {};
  for (const [name, { dtype, shape, data_offsets: offsets }] of Object.entries(entries)) {
    const [from, to] = offsets ?? [0, 0];
    const count = (shape ?? []).reduce((product, size) => product * size, 1);
    if (dtype !== "F32") throw broken(`"${name}" is ${dtype}, expected F32`);
    if (to - from !== count * 4 || from < 0 || to > data.length) {
      throw broken(`"${name}" [${shape}] takes bytes ${from} to ${to} of ${data.length}`);
    }
    // Copied: a view would have to start at a multiple of four.
    const values = new Float32Array(count);
    Buffer.from(values.buffer).set(data.subarray(from, to));
    arrays[name] = { shape, values };
  }
  return { arrays, metadata: (metadata ?? {}) as unknown as Record<string, string> };
}
