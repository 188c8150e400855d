import type { CropBox } from "./crop-box";
import type { Interpolation } from "./resize-image";

/** The part of an image that an evaluation crop looks at, and how `resizeImage` makes the crop of it. */
export interface EvaluationCrop {
  box: CropBox;
  scale: [number, number];
  offset: [number, number];
}

/** Input pixels that a filter reaches to each side, times the scale. */
const support = { bilinear: 1, bicubic: 2 } as const;

/**
 * Resize the shorter side to `resize`, then take the `imageSize` square in the middle: fused, so that only the part that
 * the square needs is decoded and resized.
 *
 * Source: torchvision.transforms Resize(resize) and CenterCrop(imageSize): the longer side is cut to whole pixels, and
 * the square's place is rounded half to even.
 */
export function evaluationCrop(
  image: { height: number; width: number },
  options: { resize: number; imageSize: number; interpolation: Interpolation },
): EvaluationCrop {
  const { resize, imageSize, interpolation } = options;
  const short = Math.min(image.height, image.width);
  const along = (length: number) => {
    const resized = length === short ? resize : Math.trunc((resize * length) / short);
    const start = halfToEven((resized - imageSize) / 2);
    const scale = length / resized;
    const reach = support[interpolation] * Math.max(scale, 1) + 1;
    const from = Math.max(0, Math.floor(start * scale - reach));
    const end = Math.min(length, Math.ceil((start + imageSize) * scale + reach));
    return { from, length: end - from, scale, offset: start - from / scale };
  };
  const [rows, columns] = [along(image.height), along(image.width)];
  return {
    box: { top: rows.from, left: columns.from, height: rows.length, width: columns.length },
    scale: [rows.scale, columns.scale],
    offset: [rows.offset, columns.offset],
  };
}

function halfToEven(value: number): number {
  const floor = Math.floor(value);
  if (value - floor !== 0.5) return Math.round(value);
  return floor % 2 === 0 ? floor : floor + 1;
}
