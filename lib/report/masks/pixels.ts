import { ShapeError } from "../../errors";
import { dataUri } from "../escape";

/** Images as bytes, row-major [count, height, width, channels], as in the data room's batches. */
export interface Pixels {
  readonly pixels: Uint8Array | Uint8ClampedArray;
  readonly count: number;
  readonly height: number;
  readonly width: number;
  /** 1 gray, 3 RGB, 4 RGB with alpha. */
  readonly channels: number;
}

export function checkPixels(images: Pixels): void {
  const { pixels, count, height, width, channels } = images;
  if (![1, 3, 4].includes(channels)) throw new ShapeError(`Images are shown with 1, 3 or 4 channels, got ${channels}.`);
  if (pixels.length !== count * height * width * channels) {
    throw new ShapeError(
      `Expected ${count}·${height}·${width}·${channels} = ${count * height * width * channels} bytes of images, got ${pixels.length}.`,
    );
  }
}

/** One image of the batch as a PNG in a `data:` URI. */
export async function pngUri(images: Pixels, index: number): Promise<string> {
  const { encode } = await import("fast-png");
  const { height, width, channels } = images;
  const size = height * width * channels;
  const data = Uint8Array.from(images.pixels.subarray(index * size, (index + 1) * size));
  return dataUri("image/png", encode({ width, height, channels: channels as 1 | 3 | 4, depth: 8, data }));
}
