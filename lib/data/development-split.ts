import { createHash } from "node:crypto";
import { type Dataset, type ImageBatch, type Split, splitNamed } from "./dataset";
import { holdOut } from "./labels/label-split";

/** One split for all runs, so that settings are always chosen on the same images. */
const SEED = 0;

/**
 * The data set with part of its training images in place of its test split, so that settings can be chosen without
 * looking at the test images. The held-out images are not trained on, and the fingerprint changes. Unlabelled images
 * stay in the training split.
 *
 * @param share  of each class, in (0, 1)
 */
export function withDevelopmentSplit(data: Dataset, share: number): Dataset {
  const whole = data.split("train");
  const labelled = Int32Array.from(whole.labels.keys()).filter((place) => (whole.labels[place] as number) >= 0);
  const { held } = holdOut(pick(whole.labels, labelled), { fraction: share, seed: SEED });
  const apart = pick(labelled, held);
  const isApart = new Set(apart);
  const train = partOf(
    whole,
    Int32Array.from(whole.labels.keys()).filter((place) => !isApart.has(place)),
    "train",
  );
  const development = partOf(whole, apart, "development");
  return {
    ...data,
    fingerprint: createHash("sha256").update(`${data.fingerprint}\ndevelopment ${share}`).digest("hex"),
    split: (name) => splitNamed(data.name, name, { train, test: development }),
  };
}

/** The images of a split at the given positions, as a split of their own. */
function partOf(whole: Split, places: Int32Array, name: string): Split {
  const placesOf = (indices: Int32Array) => pick(places, indices);
  const renumbered = async (batch: Promise<ImageBatch>, indices: Int32Array) => ({ ...(await batch), indices });
  const { readCrops } = whole;
  return {
    name,
    count: places.length,
    labels: pick(whole.labels, places),
    nameOf: (index) => whole.nameOf(places[index] as number),
    read: (indices) => renumbered(whole.read(placesOf(indices)), indices),
    ...(readCrops !== undefined && {
      readCrops: (indices, crop, at, spare) =>
        renumbered(readCrops.call(whole, placesOf(indices), crop, at, spare), indices),
    }),
  };
}

function pick(values: Int32Array, places: Int32Array): Int32Array {
  return places.map((place) => values[place] as number);
}
