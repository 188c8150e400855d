import type { Dataset, SplitName } from "../../data";
import type { Features } from "./features";
import { allPlaces, filledBatches } from "./image-batches";

/** The pixels themselves as features, in [0, 1], row by row, for all or some images: a baseline at no cost. */
export async function rawPixels(data: Dataset, splitName: SplitName, places?: Int32Array): Promise<Features> {
  const split = data.split(splitName);
  const wanted = places ?? allPlaces(split.count);
  const width = data.height * data.width * data.channels;
  const values = new Float32Array(wanted.length * width);
  for await (const { images, start, filled } of filledBatches(split, wanted)) {
    for (let index = 0; index < filled * width; index++)
      values[start * width + index] = (images.pixels[index] as number) / 255;
  }
  const labels = wanted.map((place) => split.labels[place] as number);
  return { values, labels, count: wanted.length, width, dataset: data.fingerprint };
}
