import { imageSize } from "image-size";
import { DecodeError } from "../../errors";
import { bmpSize } from "./bmp";
import { gifSize } from "./gif";
import { readJpegHeader } from "./jpeg-header";

/** What an image's header says, before decoding. */
export interface ImageHeader {
  format: "jpeg" | "png" | "webp" | "gif" | "bmp";
  /** Of the stored pixels, before any rotation. */
  height: number;
  width: number;
  /** A JPEG's EXIF orientation, 1 … 8; 1 is upright, as are all other formats. */
  orientation: number;
  /** True for a JPEG with four components, whose luma is computed from its RGB. */
  isCmyk: boolean;
}

const signatures: [ImageHeader["format"], (bytes: Buffer) => boolean][] = [
  ["jpeg", (bytes) => bytes.readUIntBE(0, 3) === 0xffd8ff],
  ["png", (bytes) => bytes.readUInt32BE(0) === 0x89504e47],
  ["webp", (bytes) => bytes.toString("latin1", 0, 4) === "RIFF" && bytes.toString("latin1", 8, 12) === "WEBP"],
  ["gif", (bytes) => bytes.toString("latin1", 0, 4) === "GIF8"],
  ["bmp", (bytes) => bytes.toString("latin1", 0, 2) === "BM"],
];

interface FoundSize {
  height: number;
  width: number;
  orientation?: number;
  components?: number;
}

const readSize: Record<ImageHeader["format"], (bytes: Buffer) => FoundSize> = {
  jpeg: readJpegHeader,
  png: imageSize,
  webp: imageSize,
  gif: gifSize,
  bmp: bmpSize,
};

/**
 * Format and size of an image, from its first bytes. The bytes decide the format, whatever the file is called:
 * ImageNet has a PNG that is named .JPEG.
 *
 * @param maxPixels a larger image is refused before any of it is decoded
 * @throws {DecodeError} when the bytes are not an image of a known format, or declare one that is too large
 */
export function readImageHeader(bytes: Uint8Array, file: string, maxPixels: number): ImageHeader {
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (buffer.length === 0) throw new DecodeError(`${file} is empty: expected an image.`);
  const format = buffer.length < 12 ? undefined : signatures.find(([, matches]) => matches(buffer))?.[0];
  if (format === undefined) {
    throw new DecodeError(
      `${file} is no image: expected the first bytes of a JPEG, PNG, WebP, GIF or BMP, got ` +
        `${buffer.subarray(0, 8).toString("hex")}.`,
    );
  }
  let found: FoundSize;
  try {
    found = readSize[format](buffer);
  } catch (error) {
    throw new DecodeError(`${file} is a broken ${format}: its size cannot be read (${(error as Error).message}).`, {
      cause: error,
    });
  }
  const { height, width } = found;
  if (!(height >= 1 && width >= 1)) {
    throw new DecodeError(`${file} is a broken ${format}: it says that it has ${width}×${height} pixels.`);
  }
  if (height * width > maxPixels) {
    throw new DecodeError(
      `${file} says that it has ${width}×${height} = ${width * height} pixels: expected at most ${maxPixels} ` +
        `(data.maxPixels). It was not decoded.`,
    );
  }
  const orientation = found.orientation ?? 1;
  const isCmyk = found.components === 4;
  return { format, height, width, orientation: orientation >= 1 && orientation <= 8 ? orientation : 1, isCmyk };
}
