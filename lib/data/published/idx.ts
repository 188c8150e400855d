import { DataError } from "../../errors";
import { sizeFromShape } from "../../shape";

const headers = { images: 0x0803, labels: 0x0801 } as const;

/**
 * The content of an idx file of bytes: `images` has dimensions [count, height, width], `labels` has [count].
 *
 * @param shape  the dimensions it must have
 * @param file   what to call it in an error
 * @param remedy the last sentence of an error: what to do
 * @throws {DataError} when its header, dimensions or length differ
 */
export function parseIdx(
  bytes: Uint8Array,
  kind: keyof typeof headers,
  shape: number[],
  file: string,
  remedy: string,
): Uint8Array {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const start = 4 + 4 * shape.length;
  const magic = bytes.length >= 4 ? view.getUint32(0) : null;
  if (magic !== headers[kind]) {
    throw new DataError(
      `${file} is not an idx file of ${kind}: expected it to begin with ${headers[kind]}, got ${magic}. ${remedy}`,
    );
  }
  const got = bytes.length >= start ? shape.map((_, index) => view.getUint32(4 + 4 * index)) : [];
  if (got.join() !== shape.join()) {
    throw new DataError(
      `${file} has dimensions ${got.join("×") || "that are cut short"}: expected ${shape.join("×")}. ${remedy}`,
    );
  }
  const expected = start + sizeFromShape(shape);
  if (bytes.length !== expected) {
    throw new DataError(`${file} has ${bytes.length} bytes unpacked: expected ${expected}. ${remedy}`);
  }
  return bytes.subarray(start);
}
