import { type RightImages, unpackRight } from "../../evaluate";

/** Two classifiers on the same test images. */
export interface ClassifierPair {
  above: RightImages;
  below: RightImages;
}

/** A mean difference between pairs of classifiers, with the test images as the sample. */
export interface ImageEffect {
  images: number;
  /** Mean difference in points. */
  mean: number;
  /** 95 % interval over draws of test images, for these same classifiers. */
  interval: [number, number];
  /** Shares of the images that only one, or only the other, classifies correctly; means over the pairs. */
  onlyAbove: number;
  onlyBelow: number;
  /** McNemar's exact two-sided p of each pair, and which of the two classifies more images correctly. */
  p: number[];
  better: (-1 | 0 | 1)[];
}

/**
 * The effect estimated from pairs of classifiers: an image's difference is its mean over the pairs; images are the
 * sample.
 *
 * It covers these trainings only; whether others would agree is a question for seeds.
 *
 * @returns null without pairs, or where the numbers of test images differ
 */
export function imageEffect(pairs: readonly ClassifierPair[]): ImageEffect | null {
  const images = pairs[0]?.above.images ?? 0;
  if (images < 2 || pairs.some(({ above, below }) => above.images !== images || below.images !== images)) return null;
  const differences = new Float64Array(images);
  const counts = pairs.map(({ above, below }) => {
    const [one, other] = [unpackRight(above), unpackRight(below)];
    let [onlyAbove, onlyBelow] = [0, 0];
    for (let image = 0; image < images; image++) {
      const difference = (one[image] as number) - (other[image] as number);
      if (difference > 0) onlyAbove++;
      if (difference < 0) onlyBelow++;
      differences[image] = (differences[image] as number) + difference / pairs.length;
    }
    return { onlyAbove, onlyBelow };
  });
  const share = (of: (one: (typeof counts)[number]) => number) =>
    counts.reduce((sum, one) => sum + of(one), 0) / counts.length / images;
  const mean = differences.reduce((sum, value) => sum + value, 0) / images;
  const squares = differences.reduce((sum, value) => sum + (value - mean) ** 2, 0);
  const half = 1.96 * Math.sqrt(squares / (images - 1) / images);
  return {
    images,
    mean: 100 * mean,
    interval: [100 * (mean - half), 100 * (mean + half)],
    onlyAbove: share((one) => one.onlyAbove),
    onlyBelow: share((one) => one.onlyBelow),
    p: counts.map(({ onlyAbove, onlyBelow }) => mcNemar(onlyAbove, onlyBelow)),
    better: counts.map(({ onlyAbove, onlyBelow }) => Math.sign(onlyAbove - onlyBelow) as -1 | 0 | 1),
  };
}

/**
 * McNemar's exact two-sided p: of the images that only one classifier gets right, either is equally likely to be the
 * one.
 */
export function mcNemar(onlyAbove: number, onlyBelow: number): number {
  const n = onlyAbove + onlyBelow;
  const least = Math.min(onlyAbove, onlyBelow);
  let logTerm = -n * Math.LN2;
  let tail = Math.exp(logTerm);
  // For large n the first terms underflow, so logarithms are used.
  for (let k = 1; k <= least; k++) {
    logTerm += Math.log((n - k + 1) / k);
    tail += Math.exp(logTerm);
  }
  return Math.min(1, 2 * tail);
}
