import { createHash } from "node:crypto";
import { availableParallelism } from "node:os";
import { DataConfig } from "../../config";
import { DataError } from "../../errors";
import { evaluationTransform } from "../../pixels";
import { createLimit, invocation } from "../../system";
import { type Dataset, splitNamed } from "../dataset";
import { type ImageFiles, someFiles } from "../images/image-files";
import { imageSplit } from "../images/image-split";
import { holdOut, labelSubset } from "../labels/label-split";
import { type DataProblem, isFatal } from "../problem";
import type { DatasetConfig, OpenOptions } from "../source";
import { expectEnough } from "../train-limit";
import { findBroken } from "./verify";

/** What the reader of a layout found. */
export interface FoundFiles {
  /** Where it lies, for messages and cache entries. */
  root: string;
  /** What its reader expects, in words. */
  layout: string;
  /** Empty: nothing says which class an image belongs to, and all labels are −1. */
  classNames: string[];
  problems: DataProblem[];
  train: ImageFiles;
  test: ImageFiles | null;
}

/**
 * A data set made of listed files: parts are held out or left out as the configuration says, and the fingerprint covers
 * what remains.
 *
 * @throws {DataError} when there are no images, or bad files and the configuration does not say to skip them
 */
export async function fileDataset(found: FoundFiles, config: DatasetConfig, options: OpenOptions): Promise<Dataset> {
  const { root, classNames } = found;
  refuseFatal(found, config);
  tellIgnored(found, options);
  if (found.train.count === 0) {
    const [first] = found.problems;
    const there = first === undefined ? "" : `; ${first.file} is left alone (${first.message})`;
    throw new DataError(`${root} has no images to learn from: expected ${found.layout}${there}.`);
  }
  const limit = createLimit(options.inFlight ?? 4 * availableParallelism());
  const imageOptions = { ...imageSettings(config), limit };
  const problems = [...found.problems];
  let { train, test } = found;
  let skipped = problems.filter((it) => isFatal(it) && it.kind !== "empty-class").length;
  if (config.onBadImage === "skip") {
    const leaveOut = async (files: ImageFiles): Promise<ImageFiles> => {
      const { broken, whole } = await findBroken(root, files, imageOptions, options);
      for (const problem of broken) problems.push(problem);
      skipped += broken.length;
      return someFiles(files, whole);
    };
    train = await leaveOut(train);
    if (train.count === 0) {
      const first = problems.find(({ file }) => file === found.train.nameOf(0));
      throw new DataError(
        `${root} has no image to learn from: all ${found.train.count} are broken. The first: ${first?.message}`,
      );
    }
    test = test && (await leaveOut(test));
  }
  if (!test && config.testShare !== undefined) {
    const { kept, held } = holdOut(train.labels, { fraction: config.testShare, seed: 0 });
    test = someFiles(train, held, "test");
    train = someFiles(train, kept);
  }
  if (config.trainLimit !== undefined) train = limited(train, config.trainLimit, classNames.length);
  const [trainSplit, testSplit] = [imageSplit(train, imageOptions), test && imageSplit(test, imageOptions)];
  const { imageSize, channels, resize, keepsFitting, interpolation, exifRotation } = imageOptions;
  return {
    name: config.name,
    fingerprint: fingerprintOf(classNames, test ? [train, test] : [train]),
    classNames,
    height: imageSize,
    width: imageSize,
    channels,
    evaluation: { resize, keepsFitting, interpolation, exifRotation },
    problems,
    skipped,
    split: (name) => {
      const split = splitNamed(config.name, name, { train: trainSplit, test: testSplit });
      if (split) return split;
      throw new DataError(
        `${root} has no images to evaluate on: expected val (or valid, dev, test …) beside train, or a share of each class by data.testShare.`,
      );
    },
  };
}

function refuseFatal({ root, problems }: FoundFiles, { onBadImage }: DatasetConfig): void {
  const fatal = problems.filter(isFatal);
  if (fatal.length === 0 || onBadImage === "skip") return;
  const named = fatal.slice(0, 5).map(({ file, message }) => `  - ${file}: ${message}`);
  const more = fatal.length > named.length ? [`  … and ${fatal.length - named.length} more`] : [];
  throw new DataError(
    [
      `${root} has ${fatal.length} bad ${fatal.length === 1 ? "file or folder" : "files or folders"}:`,
      ...named,
      ...more,
      `Mend or remove them, or set data.onBadImage to "skip" (--set data.onBadImage=skip). "${invocation("data", "inspect")}" lists all of them.`,
    ].join("\n"),
  );
}

/** Files left alone are not an error, but they may be more than half of the user's images. */
function tellIgnored({ root, problems }: FoundFiles, { onProgress }: OpenOptions): void {
  const ignored = problems.filter(({ kind }) => kind === "ignored");
  const [first] = ignored;
  if (first === undefined) return;
  const more =
    ignored.length > 1 ? ` and ${ignored.length - 1} more; "${invocation("data", "inspect")}" names all` : "";
  onProgress?.(`left alone in ${root}: ${first.file} (${first.message})${more}`);
}

function limited(files: ImageFiles, limit: number, classes: number): ImageFiles {
  expectEnough(files.count, limit);
  // Images without a label are learned from like the others: beside labelled ones they are one class more.
  const kinds = files.labels.map((label) => (label < 0 && classes > 0 ? classes : label));
  return someFiles(files, labelSubset(kinds, { fraction: limit / files.count, seed: 0 }));
}

function imageSettings(config: DatasetConfig) {
  const { exifRotation, maxPixels } = DataConfig.pick({ exifRotation: true, maxPixels: true }).parse({
    exifRotation: config.exifRotation,
    maxPixels: config.maxPixels,
  });
  const channels = config.mean?.length ?? 3;
  if (channels !== 1 && channels !== 3) {
    throw new DataError(
      `Data set "${config.name}" has data.mean of ${channels} entries: expected 3 (RGB) or 1 (luma).`,
    );
  }
  const imageSize = config.imageSize ?? 224;
  return {
    channels: channels as 1 | 3,
    imageSize,
    ...evaluationTransform({ resize: config.resize, exifRotation }, imageSize),
    maxPixels,
  };
}

/** Names and lengths only: reading a million files at each start would take as long as an epoch. */
function fingerprintOf(classNames: readonly string[], splits: readonly ImageFiles[]): string {
  const hash = createHash("sha256").update(JSON.stringify(classNames));
  const isRedecoded = (name: string) => /\.(bmp|gif)$/i.test(name);
  let redecoded = false;
  for (const files of splits) {
    hash.update(`\n${files.count}\n`);
    let lines = "";
    for (let index = 0; index < files.count; index++) {
      lines += `${files.labels[index]}\t${files.bytesOf(index)}\t${files.nameOf(index)}\n`;
      redecoded ||= isRedecoded(files.nameOf(index));
      if (lines.length < 1 << 20) continue;
      hash.update(lines);
      lines = "";
    }
    hash.update(lines);
  }
  // Bitmaps and GIFs used to decode to other pixels, and cached features and results may depend on those.
  if (redecoded) hash.update("\ndecoding 2\n");
  return hash.digest("hex");
}
