import type { CropBox } from "./crop-box";
import type { Pixels } from "./pixels";

/** The pixels of a box inside an image; the image itself where the box is all of it. */
export function cropPixels(image: Pixels, { top, left, height, width }: CropBox): Pixels {
  const { channels } = image;
  if (top === 0 && left === 0 && height === image.height && width === image.width) return image;
  const values = new Uint8Array(height * width * channels);
  for (let row = 0; row < height; row++) {
    const from = ((top + row) * image.width + left) * channels;
    values.set(image.values.subarray(from, from + width * channels), row * width * channels);
  }
  return { values, height, width, channels };
}
