import { roundHalfEven } from "../config";
import type { CropBox } from "./crop-box";
import { cropPixels } from "./crop-on-host";
import { filterReach, type Interpolation } from "./filter";
import type { PixelBatch } from "./pixels";
import { type Resizing, resizeImage } from "./resize-on-host";

/** The part of an image that an evaluation crop looks at, and how `resizeImage` makes the crop of it. */
export interface EvaluationCrop {
  box: CropBox;
  scale: [number, number];
  offset: [number, number];
}

/**
 * How evaluation images come about from images of any size. Source: docs/method.md#linear-evaluation; facebookresearch/dino@7c446df,
 * eval_linear.py: Resize(256, bicubic), CenterCrop(224).
 */
export interface EvaluationTransform {
  /** The shorter side, before the square in the middle is taken. */
  resize: number;
  /** Images whose shorter side is the square's are not resized: nobody asked for another size, and they would lose a border. */
  keepsFitting: boolean;
  interpolation: Interpolation;
  /** Images are turned as their EXIF tag says. */
  exifRotation: boolean;
}

/** What a configuration asks for; by default 256 for every 224 of the model's side, and images that fit as they are. */
export function evaluationTransform(
  { resize, exifRotation = false }: { resize?: number | undefined; exifRotation?: boolean | undefined },
  imageSize: number,
): EvaluationTransform {
  const side = resize ?? Math.round((imageSize * 256) / 224);
  return { resize: side, keepsFitting: resize === undefined, interpolation: "bicubic", exifRotation };
}

/** Whole images of one size as evaluation sees them: the same arithmetic as for images that are read from files. */
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
 * Resize the shorter side to `resize` (with `keepsFitting`, unless it is `imageSize`), then take the `imageSize` square in the middle: fused, so that only the part that
 * the square needs is decoded and resized.
 *
 * Source: torchvision.transforms Resize(resize) and CenterCrop(imageSize): the longer side is cut to whole pixels, and
 * the square's place is rounded half to even.
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
