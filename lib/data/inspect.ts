import { DataError } from "../errors";
import type { OnProgress } from "../system";
import type { Dataset, Split } from "./dataset";
import type { ImageHeader } from "./images/image-header";
import { createPixelStatistics, type PixelStatistics } from "./images/pixel-statistics";
import { labelSubset } from "./labels/label-split";
import { datasetAt, openDataset } from "./open-dataset";
import type { DataProblem } from "./problem";

/** Minimum, median and maximum of some numbers. */
export interface Range {
  least: number;
  median: number;
  most: number;
}

/** Counts for one split of a data set. */
export interface InspectedSplit {
  name: string;
  images: number;
  /** Images of each class, by class number. */
  perClass: number[];
  /** Number of images in a class-balanced subset of the labels, for each fraction. */
  subsets: { fraction: number; images: number }[];
}

/** Everything that can be said about a data set without training on it. */
export interface Inspection {
  name: string;
  root: string;
  classNames: string[];
  fingerprint: string;
  splits: InspectedSplit[];
  /** Of the full images as stored; for data without files, the one size that all images have. */
  width: Range;
  height: Range;
  formats: Record<string, number>;
  /** Images whose EXIF tag asks for a rotation, which is not applied by default. */
  rotated: number;
  /** Of the training images. */
  pixels: PixelStatistics;
  problems: readonly DataProblem[];
  skipped: number;
}

/**
 * Opens whatever lies at a path, decodes every image once, and counts. Broken images are listed rather than thrown.
 *
 * @param word a folder of images or of shards, or the name of a published data set
 * @throws {DataError} when nothing there can be opened
 */
export async function inspectDataset(
  word: string,
  options: { onProgress?: OnProgress; imageSize?: number } = {},
): Promise<{ inspection: Inspection; data: Dataset }> {
  const { onProgress, imageSize = 64 } = options;
  const headers: ImageHeader[] = [];
  const statistics = createPixelStatistics();
  const { name, ...place } = await datasetAt(word);
  const data = await openDataset(
    { name, ...place, imageSize, onBadImage: "skip" },
    {
      onProgress,
      fresh: true,
      onImage: (header, pixels) => {
        headers.push(header);
        if (pixels) statistics.add(pixels);
      },
    },
  );
  if (headers.length === 0) await addStored(data.split("train"), statistics);
  const splits = [data.split("train"), ...optional(data)];
  const sides = (side: "width" | "height") =>
    rangeOf(headers.length > 0 ? headers.map((header) => header[side]) : [data[side]]);
  const formats: Record<string, number> = {};
  for (const { format } of headers) formats[format] = (formats[format] ?? 0) + 1;
  return {
    data,
    inspection: {
      name,
      root: place.path ?? word,
      classNames: data.classNames,
      fingerprint: data.fingerprint,
      splits: splits.map((split) => inspectSplit(split, data.classNames.length)),
      width: sides("width"),
      height: sides("height"),
      formats,
      rotated: headers.filter(({ orientation }) => orientation !== 1).length,
      pixels: statistics.result(),
      problems: data.problems,
      skipped: data.skipped,
    },
  };
}

/** Images not stored one per file: a hundred thousand of them, evenly spaced, represent the statistics of all. */
async function addStored(split: Split, { add }: ReturnType<typeof createPixelStatistics>): Promise<void> {
  const step = Math.max(1, Math.floor(split.count / 100_000));
  for (let from = 0; from < split.count; from += 500 * step) {
    const length = Math.ceil((Math.min(split.count, from + 500 * step) - from) / step);
    const { pixels, count, ...size } = await split.read(Int32Array.from({ length }, (_, at) => from + at * step));
    const bytes = pixels.length / count;
    for (let row = 0; row < count; row++) add({ ...size, values: pixels.subarray(row * bytes, (row + 1) * bytes) });
  }
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
  for (const label of labels) if (label >= 0) perClass[label] = (perClass[label] ?? 0) + 1;
  const subsets = (classes === 0 ? [] : [0.01, 0.1]).map((fraction) => ({
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
