import type { DataConfig } from "../config";
import type { Rng } from "../random";

/** A part of an image, in pixels. */
export interface CropBox {
  top: number;
  left: number;
  height: number;
  width: number;
}

type CropConfig = NonNullable<DataConfig["crop"]>;

/** Draws tried before the whole image, at the nearest allowed aspect, is taken. */
const TRIES = 10;

/**
 * A random crop of an image: its area a uniform share, its aspect log-uniform.
 *
 * Source: the rule of torchvision's RandomResizedCrop (`get_params`), with draws from our own stream.
 */
export function cropBox(image: { height: number; width: number }, config: CropConfig, random: Rng): CropBox {
  const { scale, ratio } = config;
  const between = (low: number, high: number) => low + random.uniform() * (high - low);
  for (let attempt = 0; attempt < TRIES; attempt++) {
    const area = image.height * image.width * between(...scale);
    const aspect = Math.exp(between(Math.log(ratio[0]), Math.log(ratio[1])));
    const width = Math.round(Math.sqrt(area * aspect));
    const height = Math.round(Math.sqrt(area / aspect));
    if (width < 1 || height < 1 || width > image.width || height > image.height) continue;
    const top = random.int(0, image.height - height + 1);
    return { top, left: random.int(0, image.width - width + 1), height, width };
  }
  const aspect = image.width / image.height;
  const width = aspect > ratio[1] ? Math.round(image.height * ratio[1]) : image.width;
  const height = aspect < ratio[0] ? Math.round(image.width / ratio[0]) : image.height;
  return { top: Math.floor((image.height - height) / 2), left: Math.floor((image.width - width) / 2), height, width };
}

/**
 * Crop and bilinear resize as two matrices per image: resized = rows · image · columnsᵀ.
 *
 * The weights are those of a triangle filter widened when it shrinks (antialiasing), cut at the crop's edge and summing
 * to one, as Pillow computes them; Pillow then rounds to whole pixel values after each axis, which this does not.
 *
 * @returns rows [B·size·height] and columns [B·size·width], row-major float32
 */
export function cropWeights(
  boxes: readonly CropBox[],
  image: { height: number; width: number },
  size: number,
): { rows: Float32Array; columns: Float32Array } {
  const rows = new Float32Array(boxes.length * size * image.height);
  const columns = new Float32Array(boxes.length * size * image.width);
  boxes.forEach(({ top, left, height, width }, index) => {
    fillAxis(
      rows.subarray(index * size * image.height, (index + 1) * size * image.height),
      image.height,
      top,
      height,
      size,
    );
    fillAxis(
      columns.subarray(index * size * image.width, (index + 1) * size * image.width),
      image.width,
      left,
      width,
      size,
    );
  });
  return { rows, columns };
}

function fillAxis(weights: Float32Array, full: number, start: number, length: number, size: number): void {
  const scale = length / size;
  const reach = Math.max(scale, 1);
  for (let to = 0; to < size; to++) {
    const center = (to + 0.5) * scale;
    const first = Math.max(0, Math.floor(center - reach + 0.5));
    const end = Math.min(length, Math.floor(center + reach + 0.5));
    let sum = 0;
    for (let from = first; from < end; from++) {
      const weight = Math.max(0, 1 - Math.abs((from + 0.5 - center) / reach));
      weights[to * full + start + from] = weight;
      sum += weight;
    }
    for (let from = first; from < end; from++) {
      const at = to * full + start + from;
      weights[at] = (weights[at] as number) / sum;
    }
  }
}
