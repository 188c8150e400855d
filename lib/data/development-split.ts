import { createHash } from "node:crypto";
import type { Dataset, ImageBatch, Split } from "./dataset";
import { holdOut } from "./labels/label-split";

/** One division for all runs, so that settings chosen on it are chosen on the same images. */
const SEED = 0;

/**
 * The data set with a part of its training images in the place of its test split, so that settings can be chosen without
 * a look at the test images. What is set apart is not trained on, and the fingerprint is another one.
 *
 * @param share  of each class, in (0, 1)
 */
export function withDevelopmentSplit(data: Dataset, share: number): Dataset {
  const whole = data.split("train");
  const { kept, held } = holdOut(whole.labels, { fraction: share, seed: SEED });
  const train = partOf(whole, kept, "train");
  const development = partOf(whole, held, "development");
  return {
    ...data,
    fingerprint: createHash("sha256").update(`${data.fingerprint}\ndevelopment ${share}`).digest("hex"),
    split: (name) => (name === "train" ? train : development),
  };
}

/** The images of a split at the given places, as a split of its own. */
function partOf(whole: Split, places: Int32Array, name: string): Split {
  const placesOf = (indices: Int32Array) => indices.map((index) => places[index] as number);
  const renumbered = async (batch: Promise<ImageBatch>, indices: Int32Array) => ({ ...(await batch), indices });
  const { readCrops } = whole;
  return {
    name,
    count: places.length,
    labels: places.map((place) => whole.labels[place] as number),
    nameOf: (index) => whole.nameOf(places[index] as number),
    read: (indices) => renumbered(whole.read(placesOf(indices)), indices),
    ...(readCrops !== undefined && {
      readCrops: (indices, crop, at, spare) =>
        renumbered(readCrops.call(whole, placesOf(indices), crop, at, spare), indices),
    }),
  };
}
