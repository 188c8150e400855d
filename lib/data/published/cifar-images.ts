import { decode } from "fast-png";
import { DataError } from "../../errors";

const PIXELS = 32 * 32;

/**
 * CIFAR's binary records (a label byte, then 32×32 of red, of green and of blue) from a PNG with one image per row.
 *
 * @throws {DataError} when the PNG has another form, or a label is not a class
 */
export function recordsOfPng(png: Buffer, labels: readonly number[]): Buffer {
  const { width, height, channels, depth, data } = decode(png);
  if (width !== PIXELS || height !== labels.length || channels !== 3 || depth !== 8)
    throw new DataError(
      `a PNG of CIFAR is ${width}×${height} with ${channels} channels of ${depth} bits: expected ${PIXELS}×${labels.length} with 3 of 8`,
    );
  const size = 1 + 3 * PIXELS;
  const records = Buffer.alloc(labels.length * size);
  labels.forEach((label, image) => {
    if (!Number.isInteger(label) || label < 0 || label > 9)
      throw new DataError(`CIFAR's label ${image} is ${label}: expected 0 to 9`);
    records[image * size] = label;
    for (let pixel = 0; pixel < PIXELS; pixel++)
      for (let channel = 0; channel < 3; channel++)
        records[image * size + 1 + channel * PIXELS + pixel] = data[3 * (image * PIXELS + pixel) + channel] as number;
  });
  return records;
}
