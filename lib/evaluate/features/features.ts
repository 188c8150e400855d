import { DataError, ShapeError } from "../../errors";
import { placesIn } from "./image-batches";

/** One row of numbers per image, with its label. */
export interface Features {
  /** [n · width] row-major. */
  values: Float32Array;
  /** [n] */
  labels: Int32Array;
  count: number;
  width: number;
  /** Fingerprint of the data set they were computed from. */
  dataset: string;
}

/** Features of some or all images of a split, in memory or on disk, from which training subsets are taken. */
export interface FeatureRows extends Pick<Features, "width" | "dataset"> {
  /** The rows of the images at these places of the split. */
  take(places: Int32Array): Promise<Features>;
}

/** The training and the test images of one data set, seen by one encoder. */
export interface FeaturePair {
  train: Features;
  test: Features;
}

/** In-memory features as rows to take from, for all images of a split or those at `held`, ascending. */
export function rowsOf(features: Features, held?: Int32Array): FeatureRows {
  const { width, dataset } = features;
  return { width, dataset, take: async (places) => takeRows(features, held ? placesIn(held, places) : places) };
}

/** The rows of features at these places. */
export function takeRows(features: Features, places: Int32Array): Features {
  const { values, labels, width } = features;
  const taken = new Float32Array(places.length * width);
  places.forEach((from, to) => {
    taken.set(values.subarray(from * width, (from + 1) * width), to * width);
  });
  return {
    ...features,
    values: taken,
    labels: Int32Array.from(places, (place) => labels[place] as number),
    count: places.length,
  };
}

/**
 * Refuses features on which no probe could be trusted.
 *
 * @throws {ShapeError} when the two differ in width, or values are not count · width
 * @throws {DataError} for features of two data sets, fewer than two training images, or a value that is not finite
 */
export function checkPair({ train, test }: FeaturePair): void {
  if (train.width !== test.width) {
    throw new ShapeError(
      `Training features are ${train.width} wide, test features ${test.width}; both must come from one encoder.`,
    );
  }
  if (train.dataset !== test.dataset) {
    throw new DataError(
      `Training features are of the data set ${train.dataset.slice(0, 12)}, test features of ${test.dataset.slice(0, 12)}: ` +
        "expected one data set; extract both from the same one.",
    );
  }
  if (train.count < 2) {
    throw new DataError(
      `A probe was given ${train.count} training image: expected at least two, of different classes.`,
    );
  }
  checkFeatures(train, "training");
  checkFeatures(test, "test");
}

/** @throws {ShapeError} or {DataError}, naming the part and the image */
export function checkFeatures({ values, labels, count, width }: Features, part: string): void {
  if (count < 1) throw new DataError(`There are no ${part} features: expected at least one image.`);
  if (values.length !== count * width || labels.length !== count) {
    throw new ShapeError(
      `The ${part} features have ${values.length} values and ${labels.length} labels: expected ${count} × ${width} and ${count}.`,
    );
  }
  const wrong = values.findIndex((value) => !Number.isFinite(value));
  if (wrong >= 0) {
    throw new DataError(
      `Feature ${wrong % width} of ${part} image ${Math.floor(wrong / width)} is ${values[wrong]}: expected a finite ` +
        "number. The weights are probably broken (a diverged training); look at its losses, or probe an earlier checkpoint.",
    );
  }
}

/** @throws {DataError} for a class without a label in the subset, or a label outside the classes */
export function checkLabels(labels: Int32Array, classes: number, classNames?: readonly string[]): void {
  const seen = new Set(labels);
  const named = (label: number) => (classNames?.[label] === undefined ? `${label}` : `${label} (${classNames[label]})`);
  const missing = Array.from({ length: classes }, (_, label) => label).filter((label) => !seen.has(label));
  if (missing.length > 0) {
    throw new DataError(
      `A subset of ${labels.length} labels has none of class ${missing.slice(0, 5).map(named).join(", ")}: expected each of ` +
        `${classes} classes at least once. Take a larger fraction, or more of the data (data.trainLimit).`,
    );
  }
  checkRange(labels, classes);
}

/** @throws {DataError} for a label outside the classes, also the −1 of an image without one */
export function checkRange(labels: Int32Array, classes: number, of = ""): void {
  const wrong = labels.findIndex((label) => label < 0 || label >= classes);
  if (wrong >= 0) throw new DataError(`Label ${wrong}${of} is ${labels[wrong]}: expected 0 … ${classes - 1}.`);
}
