import { readFile } from "node:fs/promises";
import { join, posix } from "node:path";
import { DataError, requireWhole } from "../../errors";
import { writeDurably } from "../../system";
import type { Split } from "../dataset";
import { holdOut, labelSubset } from "./label-split";

/** How many names SimCLR's ImageNet lists have: `1percent.txt` and `10percent.txt` of google-research/simclr. */
const simclrCounts: Record<string, number> = { "1percent.txt": 12_811, "10percent.txt": 128_116 };

/**
 * The positions of listed images in a split, ascending. A line is an image's path relative to the data set's folder, or
 * its last part, as in SimCLR's lists (`n01440764_10043.JPEG`); empty lines and those that begin with # are ignored.
 *
 * @param options.expected how many names it must have; default: as many as SimCLR's list, if the file has the name of
 *   one and the split is ImageNet's, otherwise any number
 * @throws {DataError} for a file that names no image; naming the lines, for a name that the split does not have or has twice, a name listed twice, or a
 *   count other than expected
 */
export async function readLabelList(
  file: string,
  split: Pick<Split, "name" | "count" | "nameOf">,
  options: { expected?: number } = {},
): Promise<Int32Array> {
  let text: string;
  try {
    text = await readFile(file, "utf8");
  } catch (error) {
    throw new DataError(`${file} cannot be read: ${(error as Error).message}.`, { cause: error });
  }
  const names = text
    .split(/\r?\n/)
    .map((line) => line.trim())
    .filter((line) => line !== "" && !line.startsWith("#"));
  if (names.length === 0) {
    throw new DataError(`${file} names no image: expected one a line, such as ${split.nameOf(0)}.`);
  }
  const places = findPlaces(file, names, split);
  const expected = options.expected ?? simclrCount(file, split.count);
  if (expected !== undefined && places.length !== expected) {
    throw new DataError(`${file} has ${places.length} names: expected ${expected}.`);
  }
  return places.sort();
}

function simclrCount(file: string, count: number): number | undefined {
  return count === 1_281_167 ? simclrCounts[posix.basename(file.replaceAll("\\", "/"))] : undefined;
}

function findPlaces(
  file: string,
  names: readonly string[],
  split: Pick<Split, "name" | "count" | "nameOf">,
): Int32Array {
  const wanted = new Map(names.map((name) => [name, -1]));
  if (wanted.size < names.length) {
    const twice = names.find((name, index) => names.indexOf(name) !== index);
    throw new DataError(
      `${file} has ${names.length - wanted.size} names twice: expected each once, got ${twice} again.`,
    );
  }
  const take = (name: string, index: number): void => {
    const place = wanted.get(name);
    if (place === undefined) return;
    if (place >= 0 && place !== index) {
      throw new DataError(
        `${file} names ${name}, and split "${split.name}" has ${split.nameOf(place)} and ${split.nameOf(index)}: expected ` +
          `a path that says which.`,
      );
    }
    wanted.set(name, index);
  };
  for (let index = 0; index < split.count; index++) {
    const path = split.nameOf(index);
    take(path, index);
    const last = posix.basename(path);
    if (last !== path) take(last, index);
  }
  const missing = names.filter((name) => wanted.get(name) === -1);
  if (missing.length > 0) {
    throw new DataError(
      `${file} has ${missing.length} of ${names.length} names that split "${split.name}" does not have, such as ` +
        `${missing.slice(0, 3).join(", ")}: expected names like ${split.nameOf(0)}.`,
    );
  }
  const places = Int32Array.from(names, (name) => wanted.get(name) as number);
  if (new Set(places).size < places.length) {
    throw new DataError(`${file} names one image in two ways: expected each once.`);
  }
  return places;
}

/**
 * Writes the names of some images, one per line, in a form that `readLabelList` reads and that can be committed.
 *
 * @throws {DataError} for a name that would read back as something else: with a line break or a space at an end, or
 *   beginning with #
 */
export async function writeLabelList(
  file: string,
  split: Pick<Split, "nameOf">,
  places: Int32Array,
  heading: string,
): Promise<void> {
  const names = Array.from(places, split.nameOf);
  const other = names.find((name) => name !== name.trim() || name.startsWith("#") || /[\r\n]/.test(name));
  if (other !== undefined) {
    throw new DataError(
      `Image ${JSON.stringify(other)} cannot stand in a label list, where it would be read as something else: expected a name ` +
        "of one line that begins with no space or #. Rename it, or its folder.",
    );
  }
  const lines = [...heading.split("\n").map((line) => `# ${line}`), ...names];
  await writeDurably(file, `${lines.join("\n")}\n`);
}

/** A list that was written or read. */
export interface WrittenList {
  file: string;
  images: number;
}

/**
 * Class-balanced lists of a split's labels, for each fraction and seed: the full list (`1percent-seed0.txt`) and its
 * two parts: `-held`, for choosing settings, and `-fit`, the rest.
 *
 * @param options.seeds   how many lists per fraction, with seeds 0, 1, …
 * @param options.heldOut share of a list that is held out, class by class
 * @throws {ConfigError} for a number of seeds that is none; {DataError} before anything is written, for a fraction that
 *   stands there twice, or whose lists have no label to hold out
 */
export async function writeLabelLists(
  folder: string,
  split: Split,
  options: { fractions: readonly number[]; seeds: number; heldOut: number; fingerprint: string },
): Promise<WrittenList[]> {
  const { fractions, seeds, heldOut, fingerprint } = options;
  requireWhole("seeds", seeds, 1);
  const twice = fractions.find((fraction, index) => fractions.indexOf(fraction) !== index);
  if (twice !== undefined) throw new DataError(`The fraction ${twice} stands there twice: expected each once.`);
  const lists = fractions.flatMap((fraction) =>
    Array.from({ length: seeds }, (_, seed) => drawList(split, { fraction, seed, heldOut })),
  );
  const written: WrittenList[] = [];
  for (const { percent, seed, parts } of lists)
    for (const [ending, part] of Object.entries(parts)) {
      const file = join(folder, `${percent}percent-seed${seed}${ending}.txt`);
      const heading =
        `${part.length} of ${split.count} training images: ${percent} % of the labels, class by class, seed ${seed}${ending}` +
        `\nfingerprint of the data ${fingerprint}`;
      await writeLabelList(file, split, part, heading);
      written.push({ file, images: part.length });
    }
  return written;
}

/** The places of a list and of its two parts, by the endings of their files' names. */
function drawList(split: Split, { fraction, seed, heldOut }: { fraction: number; seed: number; heldOut: number }) {
  const percent = Number((fraction * 100).toPrecision(6));
  const places = labelSubset(split.labels, { fraction, seed });
  const labels = places.map((place) => split.labels[place] as number);
  const { kept, held } = holdOut(labels, { fraction: heldOut, seed });
  if (held.length === 0) {
    throw new DataError(
      `A list of ${percent} % of the labels has ${places.length}, none of which can be held out: expected a class with at ` +
        "least two. Take a larger fraction.",
    );
  }
  return { percent, seed, parts: { "": places, "-fit": pick(places, kept), "-held": pick(places, held) } };
}

function pick(places: Int32Array, at: Int32Array): Int32Array {
  return at.map((index) => places[index] as number);
}
