import type { Pixels } from "./pixels";

/**
 * An image of 1 to 4 channels as RGB or as luma; alpha is dropped.
 *
 * Luma uses the ITU-R 601 weights in 16-bit integers, like Pillow's `convert("L")`.
 */
export function toChannels(image: Pixels, channels: 1 | 3): Pixels {
  if (image.channels === channels) return image;
  const { height, width } = image;
  const values = new Uint8Array(height * width * channels);
  const isGray = image.channels < 3;
  for (let pixel = 0, at = 0; pixel < height * width; pixel++, at += image.channels) {
    const red = image.values[at] as number;
    const green = isGray ? red : (image.values[at + 1] as number);
    const blue = isGray ? red : (image.values[at + 2] as number);
    if (channels === 1) values[pixel] = (red * 19595 + green * 38470 + blue * 7471 + 0x8000) >> 16;
    else {
      values[3 * pixel] = red;
      values[3 * pixel + 1] = green;
      values[3 * pixel + 2] = blue;
    }
  }
  return { values, height, width, channels };
}
