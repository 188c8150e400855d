import type { Dataset, SplitName } from "../data";
import type { Features } from "./features";
import { allPlaces, filledBatches } from "./image-batches";

/** The pixels themselves as features, in [0, 1], row by row: the baseline that costs nothing. */
export async function rawPixels(data: Dataset, splitName: SplitName): Promise<Features> {
  const split = data.split(splitName);
  const width = data.height * data.width * data.channels;
  const values = new Float32Array(split.count * width);
  for await (const { images, start, filled } of filledBatches(split, allPlaces(split.count))) {
    for (let index = 0; index < filled * width; index++)
      values[start * width + index] = (images.pixels[index] as number) / 255;
  }
  return { values, labels: split.labels, count: split.count, width, dataset: data.fingerprint };
}
