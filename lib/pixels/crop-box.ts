import { type Rng, rng } from "../random";

/** A rectangle of an image, in whole pixels. */
export interface CropBox {
  top: number;
  left: number;
  height: number;
  width: number;
}

const draws = 10;

/**
 * One random box per image: its area is uniform in `scale` times the image's, its aspect ratio log-uniform in `ratio`,
 * its position uniform. A box that does not fit is redrawn; after ten draws, the largest centered box of a permitted
 * aspect is taken.
 *
 * Each box depends only on seed, epoch and the image's index, so that batch size and resuming change nothing.
 *
 * @param indices the images' indices in their split
 * @param image   height and width of the images
 * @param crop    `scale` as fractions of the area, `ratio` as width over height, each [low, high]
 *
 * Source: RandomResizedCrop.get_params of pytorch/vision, whose defaults I-JEPA keeps except for the scale.
 */
export function randomCropBoxes(
  indices: ArrayLike<number>,
  image: { height: number; width: number },
  crop: { scale: readonly [number, number]; ratio: readonly [number, number] },
  place: { seed: number; epoch: number },
): CropBox[] {
  const epoch = rng(place.seed).fold("crop").fold(place.epoch);
  return Array.from(indices, (index) => drawCropBox(epoch.fold(index), image, crop));
}

/** One box from a stream of draws (area, aspect, top, left), redrawn while it does not fit. */
export function drawCropBox(
  random: Pick<Rng, "uniform" | "int">,
  image: { height: number; width: number },
  crop: { scale: readonly [number, number]; ratio: readonly [number, number] },
): CropBox {
  const between = ([low, high]: readonly [number, number]) => low + random.uniform() * (high - low);
  const logRatio = [Math.log(crop.ratio[0]), Math.log(crop.ratio[1])] as const;
  for (let draw = 0; draw < draws; draw++) {
    const area = image.height * image.width * between(crop.scale);
    const aspect = Math.exp(between(logRatio));
    const width = Math.round(Math.sqrt(area * aspect));
    const height = Math.round(Math.sqrt(area / aspect));
    if (width < 1 || width > image.width || height < 1 || height > image.height) continue;
    const top = random.int(0, image.height - height + 1);
    const left = random.int(0, image.width - width + 1);
    return { top, left, height, width };
  }
  return largestCentered(image, crop.ratio);
}

function largestCentered(image: { height: number; width: number }, ratio: readonly [number, number]): CropBox {
  const aspect = image.width / image.height;
  const width = aspect > ratio[1] ? Math.round(image.height * ratio[1]) : image.width;
  const height = aspect < ratio[0] ? Math.round(image.width / ratio[0]) : image.height;
  return { top: Math.floor((image.height - height) / 2), left: Math.floor((image.width - width) / 2), height, width };
}
