import { DataError } from "../errors";
import { rng } from "../random";

/**
 * Places of a class-balanced part of the labels: of each class the share rounded to the nearest, at least one.
 *
 * @returns ascending indices into `labels`
 */
export function labelSubset(labels: Int32Array, { fraction, seed }: { fraction: number; seed: number }): Int32Array {
  if (!(fraction > 0 && fraction <= 1)) {
    throw new DataError(`A share of the labels lies above 0 and at most at 1; got ${fraction}.`);
  }
  if (fraction === 1) return Int32Array.from(labels, (_, index) => index);
  const random = rng(seed).fold("label-subset").fold(fraction);
  return Int32Array.from(
    [...byClass(labels)].flatMap(([label, places]) => {
      const count = Math.max(1, Math.round(places.length * fraction));
      const order = random.fold(label).permutation(places.length);
      return Array.from(order.subarray(0, count), (place) => places[place] as number);
    }),
  ).sort();
}

/**
 * Splits the places of a labelled set in two, each class by the same share; for choosing settings off the test set.
 *
 * A class with a single image keeps it on the side that is learned from.
 */
export function holdOut(
  labels: Int32Array,
  { fraction, seed }: { fraction: number; seed: number },
): { kept: Int32Array; held: Int32Array } {
  const random = rng(seed).fold("hold-out");
  const held = new Set<number>();
  for (const [label, places] of byClass(labels)) {
    const count = places.length === 1 ? 0 : Math.max(1, Math.round(places.length * fraction));
    const order = random.fold(label).permutation(places.length);
    for (const place of order.subarray(0, count)) held.add(places[place] as number);
  }
  const all = Array.from(labels, (_, index) => index);
  return {
    kept: Int32Array.from(all.filter((index) => !held.has(index))),
    held: Int32Array.from(all.filter((index) => held.has(index))),
  };
}

function byClass(labels: Int32Array): Map<number, number[]> {
  const places = new Map<number, number[]>();
  labels.forEach((label, index) => {
    const list = places.get(label);
    if (list) list.push(index);
    else places.set(label, [index]);
  });
  return places;
}
