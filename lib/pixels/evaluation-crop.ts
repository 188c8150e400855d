import { roundHalfEven } from "../config";
import type { CropBox } from "./crop-box";
import { cropPixels } from "./crop-on-host";
import { filterReach, type Interpolation } from "./filter";
import type { PixelBatch } from "./pixels";
import { type Resizing, resizeImage } from "./resize-on-host";

/** The part of an image that an evaluation crop reads, and how `resizeImage` produces the crop from it. */
export interface EvaluationCrop {
  box: CropBox;
  scale: [number, number];
  offset: [number, number];
}

/**
 * How evaluation images are made from images of any size.
 * Source: docs/method.md#linear-evaluation; facebookresearch/dino@7c446df, eval_linear.py: Resize(256, bicubic),
 * CenterCrop(224).
 */
export interface EvaluationTransform {
  /** Length of the shorter side before the center crop. */
  resize: number;
  /** Do not resize images whose shorter side already fits: no size was requested, and they would lose a border. */
  keepsFitting: boolean;
  interpolation: Interpolation;
  /** Rotate JPEGs as their EXIF tag says. */
  exifRotation: boolean;
}

/** The transform a configuration asks for; by default 256/224 of the model's side, with images that fit left as is. */
export function evaluationTransform(
  { resize, exifRotation = false }: { resize?: number | undefined; exifRotation?: boolean | undefined },
  imageSize: number,
): EvaluationTransform {
  const side = resize ?? Math.round((imageSize * 256) / 224);
  return { resize: side, keepsFitting: resize === undefined, interpolation: "bicubic", exifRotation };
}

/** Equally sized whole images as evaluation sees them, with the same arithmetic as for images read from files. */
export async function evaluationImages(
  images: PixelBatch,
  options: Omit<EvaluationTransform, "exifRotation"> & { imageSize: number },
): Promise<PixelBatch> {
  const { imageSize, interpolation } = options;
  const { height, width, channels, count } = images;
  const { box, ...how } = evaluationCrop(images, options);
  const resizing: Resizing = { height: imageSize, width: imageSize, interpolation, ...how };
  const pixels = new Uint8Array(count * imageSize * imageSize * channels);
  const bytes = height * width * channels;
  for (let row = 0; row < count; row++) {
    const image = { values: images.pixels.subarray(row * bytes, (row + 1) * bytes), height, width, channels };
    const { values } = await resizeImage(cropPixels(image, box), resizing);
    pixels.set(values, row * values.length);
  }
  return { pixels, count, height: imageSize, width: imageSize, channels };
}

/**
 * The crop that resizes the shorter side to `resize` (with `keepsFitting`, unless it is `imageSize` already) and takes
 * the central `imageSize` square, fused so that only the pixels the square needs are decoded and resized.
 *
 * Source: torchvision.transforms Resize(resize) and CenterCrop(imageSize): the longer side is truncated to whole
 * pixels, and the square's position is rounded half to even.
 */
export function evaluationCrop(
  image: { height: number; width: number },
  options: { resize: number; keepsFitting?: boolean; imageSize: number; interpolation: Interpolation },
): EvaluationCrop {
  const { keepsFitting = false, imageSize, interpolation } = options;
  const short = Math.min(image.height, image.width);
  const resize = keepsFitting && short === imageSize ? imageSize : options.resize;
  const along = (length: number) => {
    const resized = length === short ? resize : Math.trunc((resize * length) / short);
    const start = roundHalfEven((resized - imageSize) / 2);
    const scale = length / resized;
    const reach = filterReach[interpolation] * Math.max(scale, 1) + 1;
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
