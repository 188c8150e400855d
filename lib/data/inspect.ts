import { DataError } from "../errors";
import type { OnProgress } from "../system";
import type { Dataset, Split } from "./dataset";
import type { ImageHeader } from "./images/image-header";
import { labelSubset } from "./labels/label-split";
import { openDataset } from "./open-dataset";
import type { DataProblem } from "./problem";
import { findShards } from "./sources/list-shards";

/** Smallest, middle and largest of some numbers. */
export interface Range {
  least: number;
  median: number;
  most: number;
}

/** One part of a data set, counted. */
export interface InspectedSplit {
  name: string;
  images: number;
  /** Images of each class, by class number. */
  perClass: number[];
  /** How many images a class-balanced part of the labels has, by its share. */
  subsets: { fraction: number; images: number }[];
}

/** Everything that can be said of a data set without training on it. */
export interface Inspection {
  name: string;
  root: string;
  classNames: string[];
  fingerprint: string;
  splits: InspectedSplit[];
  /** Of the whole images as they are stored; of data without files, the one size that all have. */
  width: Range;
  height: Range;
  formats: Record<string, number>;
  /** Images whose EXIF tag asks for a rotation, which the default does not carry out. */
  rotated: number;
  problems: readonly DataProblem[];
  skipped: number;
}

/**
 * Opens whatever lies at a path, decodes every image once, and counts. What is broken is named and not thrown.
 *
 * @param path a folder of class folders or of tar shards, or the word `fashion-mnist`
 * @throws {DataError} when there is nothing that can be opened
 */
export async function inspectDataset(
  path: string,
  options: { onProgress?: OnProgress; imageSize?: number } = {},
): Promise<{ inspection: Inspection; data: Dataset }> {
  const { onProgress, imageSize = 64 } = options;
  const headers: ImageHeader[] = [];
  const name = await layoutAt(path);
  const data = await openDataset(
    { name, path, imageSize, onBadImage: "skip" },
    { onProgress, fresh: true, onHeader: (header) => headers.push(header) },
  );
  const splits = [data.split("train"), ...optional(data)];
  const sides = (side: "width" | "height") =>
    rangeOf(headers.length > 0 ? headers.map((header) => header[side]) : [data[side]]);
  const formats: Record<string, number> = {};
  for (const { format } of headers) formats[format] = (formats[format] ?? 0) + 1;
  return {
    data,
    inspection: {
      name,
      root: path,
      classNames: data.classNames,
      fingerprint: data.fingerprint,
      splits: splits.map((split) => inspectSplit(split, data.classNames.length)),
      width: sides("width"),
      height: sides("height"),
      formats,
      rotated: headers.filter(({ orientation }) => orientation !== 1).length,
      problems: data.problems,
      skipped: data.skipped,
    },
  };
}

/** What lies at a path, as `data.name` calls it: shards if there are any, else class folders, or the word itself. */
export async function layoutAt(path: string): Promise<"fashion-mnist" | "webdataset" | "folder"> {
  if (path === "fashion-mnist") return "fashion-mnist";
  const shards = await findShards(path).catch(() => []);
  return shards.length > 0 ? "webdataset" : "folder";
}

function optional(data: Dataset): Split[] {
  try {
    return [data.split("test")];
  } catch (error) {
    if (error instanceof DataError) return [];
    throw error;
  }
}

function inspectSplit({ name, labels, count }: Split, classes: number): InspectedSplit {
  const perClass = new Array<number>(classes).fill(0);
  for (const label of labels) perClass[label] = (perClass[label] ?? 0) + 1;
  const subsets = [0.01, 0.1].map((fraction) => ({
    fraction,
    images: labelSubset(labels, { fraction, seed: 0 }).length,
  }));
  return { name, images: count, perClass, subsets };
}

function rangeOf(values: readonly number[]): Range {
  const sorted = Float64Array.from(values).sort();
  const at = (share: number) => sorted[Math.round(share * (sorted.length - 1))] ?? 0;
  return { least: at(0), median: at(0.5), most: at(1) };
}
