import { DecodeError } from "../errors";

/**
 * Reads an IDX file of unsigned bytes: two zero bytes, type 8, the number of axes, each axis as a big-endian uint32,
 * then the values. Source: the format's description at the MNIST data set's page.
 *
 * @param source  named in errors
 * @throws {DecodeError} when the header or the length is not that of such a file
 */
export function decodeIdx(bytes: Buffer, source: string): { shape: number[]; values: Uint8Array } {
  if (bytes.length < 4 || bytes.readUInt16BE(0) !== 0 || bytes[2] !== 8) {
    throw new DecodeError(
      `${source} is no IDX file of bytes: expected it to start with 00 00 08, got ${bytes.toString("hex", 0, 3)}.`,
    );
  }
  const axes = bytes[3] as number;
  const start = 4 + 4 * axes;
  if (bytes.length < start) throw new DecodeError(`${source} ends in its header: ${bytes.length} bytes, ${axes} axes.`);
  const shape = Array.from({ length: axes }, (_, axis) => bytes.readUInt32BE(4 + 4 * axis));
  const count = shape.reduce((product, size) => product * size, 1);
  if (bytes.length !== start + count) {
    throw new DecodeError(
      `${source}: shape ${shape.join(" × ")} takes ${count} bytes after the header, got ${bytes.length - start}.`,
    );
  }
  return { shape, values: bytes.subarray(start) };
}
