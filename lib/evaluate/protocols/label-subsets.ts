import { createHash } from "node:crypto";
import { readFile } from "node:fs/promises";
import { basename } from "node:path";
import type { EvaluateConfig } from "../../config";
import { labelSubset, readLabelList, type Split, shotSubset } from "../../data";
import { DataError } from "../../errors";
import { checkLabels } from "../features/features";
import { allPlaces } from "../features/image-batches";

/** A label list's name, and the SHA-256 of its bytes, as `sha256sum` prints it. */
export interface NamedList {
  name: string;
  sha256: string;
}

/** One subset of the training labels: drawn by its seed, or named by a list; the seed also draws held-out labels. */
export interface LabelSubset {
  seed: number;
  list: NamedList | null;
  /** Positions in the training split, ascending. */
  places: Int32Array;
}

/** Subsets of one size, whose accuracies form one result. */
export interface LabelSubsets {
  /** Share of the training labels; images without one do not count. */
  fraction: number;
  /** Labels per class, where subsets were specified that way. */
  shots?: number;
  subsets: LabelSubset[];
}

/** Places in at least one subset, ascending: the images needed of a split of `count`. */
export function placesOf(parts: readonly LabelSubsets[], count: number): Int32Array {
  const isWanted = new Uint8Array(count);
  for (const { subsets } of parts) for (const { places } of subsets) for (const place of places) isWanted[place] = 1;
  return allPlaces(count).filter((place) => isWanted[place] === 1);
}

function countLabelled(labels: Int32Array): number {
  return labels.reduce((count, label) => count + Number(label >= 0), 0);
}

/** Subsets drawn class by class, as set by `shots` or `fractions`, `subsets` and `subsetSeed`. */
export function drawnSubsets(
  labels: Int32Array,
  { fractions, shots, subsets, subsetSeed }: Pick<EvaluateConfig, "fractions" | "shots" | "subsets" | "subsetSeed">,
): LabelSubsets[] {
  if (shots) {
    return shots.map((count) => {
      const drawn = Array.from({ length: subsets }, (_, index) => {
        const seed = subsetSeed + index;
        return { seed, list: null, places: shotSubset(labels, { shots: count, seed }) };
      });
      return { fraction: (drawn[0]?.places.length ?? 0) / countLabelled(labels), shots: count, subsets: drawn };
    });
  }
  return fractions.map((fraction) => ({
    fraction,
    subsets: Array.from({ length: fraction === 1 ? 1 : subsets }, (_, index) => {
      const seed = subsetSeed + index;
      return { seed, list: null, places: labelSubset(labels, { fraction, seed }) };
    }),
  }));
}

/**
 * Subsets named by files; those with equally many names are subsets of one fraction, in the order of the files.
 *
 * @throws {DataError} naming the file, when it cannot be read, does not fit the split, names the same images as
 *   another, or lacks a label of some class
 */
export async function listedSubsets(
  split: Pick<Split, "name" | "count" | "labels" | "nameOf">,
  classNames: readonly string[],
  { labelLists = [], subsetSeed }: Pick<EvaluateConfig, "labelLists" | "subsetSeed">,
): Promise<LabelSubsets[]> {
  const parts = new Map<number, LabelSubsets>();
  const seen = new Map<string, string>();
  for (const file of labelLists) {
    const places = await readLabelList(file, split);
    const twin = seen.get(places.join());
    if (twin !== undefined) throw new DataError(`${file} names the images of ${twin}: expected each subset once.`);
    seen.set(places.join(), file);
    try {
      checkLabels(
        places.map((place) => split.labels[place] as number),
        classNames.length,
        classNames,
      );
    } catch (error) {
      throw new DataError(`${file}: ${(error as Error).message}`, { cause: error });
    }
    const part = parts.get(places.length) ?? { fraction: places.length / countLabelled(split.labels), subsets: [] };
    parts.set(places.length, part);
    const sha256 = createHash("sha256")
      .update(await readFile(file))
      .digest("hex");
    part.subsets.push({ seed: subsetSeed + part.subsets.length, list: { name: basename(file), sha256 }, places });
  }
  return [...parts.values()];
}
