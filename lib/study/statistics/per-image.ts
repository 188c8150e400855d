import { type RightImages, unpackRight } from "../../evaluate";

/** Two classifiers on the same test images. */
export interface ClassifierPair {
  above: RightImages;
  below: RightImages;
}

/** A mean difference between pairs of classifiers, as far as the test images decide it. */
export interface ImageEffect {
  images: number;
  /** Points. */
  mean: number;
  /** 95 % interval, had other images been drawn for the test with the same classifiers. */
  interval: [number, number];
  /** Share of the images that only the one, or only the other, tells right, mean over the pairs. */
  onlyAbove: number;
  onlyBelow: number;
  /** McNemar's exact two-sided p of each pair, and which of the two tells more images right. */
  p: number[];
  better: (-1 | 0 | 1)[];
}

/**
 * The effect behind pairs of classifiers over images: an image's difference is its mean over the pairs, and images are the sample.
 *
 * It speaks of these trainings alone; whether another training would do the same is what seeds tell.
 *
 * @returns null without pairs, or where they were not tested on equally many images
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
 * McNemar's exact two-sided p: of the images that one classifier alone tells right, each is as likely to be the one's as the other's.
 */
export function mcNemar(onlyAbove: number, onlyBelow: number): number {
  const n = onlyAbove + onlyBelow;
  const least = Math.min(onlyAbove, onlyBelow);
  let logTerm = -n * Math.LN2;
  let tail = Math.exp(logTerm);
  // Terms of a large n are zero at first: they are added by their logarithms.
  for (let k = 1; k <= least; k++) {
    logTerm += Math.log((n - k + 1) / k);
    tail += Math.exp(logTerm);
  }
  return Math.min(1, 2 * tail);
}
