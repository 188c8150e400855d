import { DataError, requireWhole } from "../../errors";
import { rng } from "../../random";

/**
 * A class-balanced subset of a labelled set: the given fraction of each class, rounded up or down so that the total
 * matches the fraction too, and never fewer than one.
 *
 * With one seed, the subset of a smaller fraction lies within that of a larger one, but for at most one example of a class
 * where classes differ in size. Unlabelled examples (−1) among labelled ones are in no subset.
 *
 * @param labels   class number of each example
 * @param options  `fraction`: share of the labelled examples, in (0, 1]
 * @returns        positions in `labels`, ascending
 */
export function labelSubset(labels: ArrayLike<number>, options: { fraction: number; seed: number }): Int32Array {
  const { fraction, seed } = options;
  if (!(fraction > 0 && fraction <= 1)) {
    throw new DataError(`A label subset of fraction ${fraction} was asked for: expected a share above 0 and up to 1.`);
  }
  const classes = shuffledClasses(labels, seed, "label-subset");
  const counts = apportion(classes, fraction, (size) => [1, size]);
  return sorted(classes.map((members, index) => members.slice(0, counts[index])));
}

/**
 * The same number of labels of each class: the subset of k-shot learning. With one seed, a smaller subset lies within a
 * larger one.
 *
 * @param labels  class number of each example
 * @returns       positions in `labels`, ascending
 * @throws {ConfigError} for a number of shots that is none; {DataError} naming a class that has fewer
 */
export function shotSubset(labels: ArrayLike<number>, { shots, seed }: { shots: number; seed: number }): Int32Array {
  requireWhole("shots", shots, 1);
  const classes = shuffledClasses(labels, seed, "label-subset");
  const few = classes.find((members) => members.length < shots);
  if (few !== undefined) {
    throw new DataError(
      `A subset of ${shots} labels of each class was asked for, but class ${labels[few[0] as number]} has ${few.length}: ` +
        "ask for fewer.",
    );
  }
  return sorted(classes.map((members) => members.slice(0, shots)));
}

/**
 * A labelled set divided in two, class by class: examples kept for training and examples held out to choose a setting.
 *
 * A class keeps at least one example, so a class with a single example has none held out. Unlabelled examples (−1)
 * among labelled ones are kept.
 *
 * @param labels   class number of each example
 * @param options  `fraction`: share to hold out, in (0, 1)
 * @returns        positions in `labels`, ascending
 */
export function holdOut(
  labels: ArrayLike<number>,
  options: { fraction: number; seed: number },
): { kept: Int32Array; held: Int32Array } {
  const { fraction, seed } = options;
  if (!(fraction > 0 && fraction < 1)) {
    throw new DataError(`A fraction of ${fraction} was to be held out: expected a share between 0 and 1.`);
  }
  const classes = shuffledClasses(labels, seed, "hold-out");
  const counts = apportion(classes, fraction, (size) => [Math.min(1, size - 1), size - 1]);
  const held = sorted(classes.map((members, index) => members.slice(0, counts[index])));
  const isHeld = new Set(held);
  return {
    held,
    kept: Int32Array.from({ length: labels.length }, (_, place) => place).filter((at) => !isHeld.has(at)),
  };
}

/** The positions of each class's examples in random order, classes ascending. */
function shuffledClasses(labels: ArrayLike<number>, seed: number, purpose: string): Int32Array[] {
  const places = new Map<number, number[]>();
  const isLabelled = Array.prototype.some.call(labels, (label: number) => label >= 0);
  for (let place = 0; place < labels.length; place++) {
    const label = labels[place] as number;
    if (isLabelled && label < 0) continue;
    const members = places.get(label);
    if (members === undefined) places.set(label, [place]);
    else members.push(place);
  }
  const stream = rng(seed).fold(purpose);
  return [...places.keys()]
    .sort((a, b) => a - b)
    .map((label) => {
      const members = places.get(label) as number[];
      return stream
        .fold(label)
        .permutation(members.length)
        .map((index) => members[index] as number);
    });
}

/** How many of each class: floors first, then one more by largest remainder until the total is right. */
function apportion(classes: Int32Array[], fraction: number, limits: (size: number) => [number, number]): number[] {
  const exact = classes.map((members) => members.length * fraction);
  const counts = exact.map(Math.floor);
  // A sum of products such as 3 · 0.1 misses a whole number by a rounding error, which must not decide a class.
  const missing =
    Math.round(exact.reduce((sum, count) => sum + count, 0)) - counts.reduce((sum, count) => sum + count, 0);
  const remainder = (index: number) => Math.round(((exact[index] ?? 0) - (counts[index] ?? 0)) * 1e9);
  const byRemainder = classes.map((_, index) => index).sort((a, b) => remainder(b) - remainder(a) || a - b);
  for (const index of byRemainder.slice(0, Math.max(0, missing))) counts[index] = (counts[index] ?? 0) + 1;
  return counts.map((count, index) => {
    const [low, high] = limits(classes[index]?.length ?? 0);
    return Math.min(high, Math.max(low, count));
  });
}

function sorted(parts: Int32Array[]): Int32Array {
  return Int32Array.from(parts.flatMap((part) => Array.from(part))).sort();
}
