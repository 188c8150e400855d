import type { CropBox } from "./crop-box";
import type { Pixels } from "./pixels";

/** Whether an EXIF orientation swaps rows and columns. */
export function isTurned(orientation: number): boolean {
  return orientation >= 5;
}

/**
 * The position in the stored image of a box in the upright one.
 *
 * @param size of the stored image
 */
export function storedBox(box: CropBox, orientation: number, size: { height: number; width: number }): CropBox {
  const { top, left, height, width } = box;
  const bottom = (isTurned(orientation) ? size.width : size.height) - top - height;
  const right = (isTurned(orientation) ? size.height : size.width) - left - width;
  switch (orientation) {
    case 2:
      return { top, left: right, height, width };
    case 3:
      return { top: bottom, left: right, height, width };
    case 4:
      return { top: bottom, left, height, width };
    case 5:
      return { top: left, left: top, height: width, width: height };
    case 6:
      return { top: right, left: top, height: width, width: height };
    case 7:
      return { top: right, left: bottom, height: width, width: height };
    case 8:
      return { top: left, left: bottom, height: width, width: height };
    default:
      return box;
  }
}

/** Stored pixels as a viewer shows them, with EXIF orientation 1 … 8 applied. */
export function upright(image: Pixels, orientation: number): Pixels {
  if (orientation === 1) return image;
  const { channels } = image;
  const [height, width] = isTurned(orientation) ? [image.width, image.height] : [image.height, image.width];
  const values = new Uint8Array(image.values.length);
  for (let row = 0; row < height; row++) {
    for (let column = 0; column < width; column++) {
      const { top, left } = storedBox({ top: row, left: column, height: 1, width: 1 }, orientation, image);
      const from = (top * image.width + left) * channels;
      values.set(image.values.subarray(from, from + channels), (row * width + column) * channels);
    }
  }
  return { values, height, width, channels };
}
