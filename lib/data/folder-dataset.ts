import { createHash } from "node:crypto";
import { stat } from "node:fs/promises";
import { availableParallelism } from "node:os";
import { join, posix } from "node:path";
import type { OnProgress } from "../cache";
import { DataConfig } from "../config";
import { DataError } from "../errors";
import type { Dataset } from "./dataset";
import { createGate } from "./gate";
import { folderFiles, type ListedFile } from "./image-files";
import { imageSplit } from "./image-split";
import { holdOut, labelSubset } from "./label-split";
import type { ListedFolder } from "./list-folder";
import { listCached } from "./manifest";
import { type DataProblem, isFatal } from "./problem";

/** Settings of a data set that is read from files; what is not given takes the configuration's default. */
export type FileDataConfig = Partial<DataConfig> & Pick<DataConfig, "name">;

/** How opening is watched and bounded; changes no number. */
export interface OpenOptions {
  onProgress?: OnProgress | undefined;
  /** Images read and decoded at a time; default: four for each core. */
  inFlight?: number | undefined;
  /** Look at every file anew, whatever the cache says. */
  fresh?: boolean | undefined;
}

/**
 * A folder of class folders, or one that has `train` and `val` (`validation`, `test`) of them.
 *
 * @throws {DataError} naming the first files, for a folder that has no images, a class folder without any, files that
 *   cannot be read, and a test class that is not trained on
 */
export async function openFolder(root: string, config: FileDataConfig, options: OpenOptions = {}): Promise<Dataset> {
  const parts = await listParts(root, options);
  const classNames = parts.train.listed.classes.map(({ name }) => name);
  const problems = [parts.train, ...(parts.test ? [parts.test] : [])].flatMap(({ folder, listed }) =>
    listed.problems.map((it) => ({ ...it, file: posix.join(folder, it.file) })),
  );
  refuseFatal(root, config, problems);
  if (classNames.length === 0) {
    throw new DataError(
      `${root} has no class folders: expected a folder for each class with its images in it, or train/ and val/ of such.`,
    );
  }
  let train = listedFiles(parts.train, classNames, root);
  let test = parts.test ? listedFiles(parts.test, classNames, root) : [];
  if (!parts.test && config.testShare !== undefined) {
    const split = holdOut(
      train.map(({ label }) => label),
      { fraction: config.testShare, seed: 0 },
    );
    test = pick(train, split.held);
    train = pick(train, split.kept);
  }
  if (config.trainLimit !== undefined) train = limited(train, config.trainLimit);
  return fileDataset({ root, config, options, classNames, problems, train, test });
}

interface Part {
  /** Below the data set's folder; "" is itself. */
  folder: string;
  listed: ListedFolder;
}

async function listParts(root: string, options: OpenOptions): Promise<{ train: Part; test: Part | null }> {
  if (!(await isFolder(root))) {
    throw new DataError(
      `${root} is no folder that can be read: expected one of class folders, or with train/ and val/.`,
    );
  }
  const list = async (folder: string): Promise<Part> => ({
    folder,
    listed: await listCached(join(root, folder), options),
  });
  if (!(await isFolder(join(root, "train")))) return { train: await list(""), test: null };
  for (const name of ["val", "validation", "test"]) {
    if (await isFolder(join(root, name))) return { train: await list("train"), test: await list(name) };
  }
  return { train: await list("train"), test: null };
}

async function isFolder(path: string): Promise<boolean> {
  try {
    return (await stat(path)).isDirectory();
  } catch {
    return false;
  }
}

function refuseFatal(root: string, config: FileDataConfig, problems: readonly DataProblem[]): void {
  const fatal = problems.filter(isFatal);
  if (fatal.length === 0 || config.onBadImage === "skip") return;
  const named = fatal.slice(0, 5).map(({ file, message }) => `  - ${file}: ${message}`);
  const more = fatal.length > named.length ? [`  … and ${fatal.length - named.length} more`] : [];
  throw new DataError(
    [
      `${root} has ${fatal.length} bad ${fatal.length === 1 ? "file or folder" : "files or folders"}:`,
      ...named,
      ...more,
      `Mend or remove them, or set data.onBadImage to "skip". "npm run data -- inspect" lists all of them.`,
    ].join("\n"),
  );
}

function listedFiles({ folder, listed }: Part, classNames: readonly string[], root: string): ListedFile[] {
  const numbers = new Map(classNames.map((name, index) => [name, index]));
  const files: ListedFile[] = [];
  for (const { name, paths, bytes } of listed.classes) {
    const label = numbers.get(name);
    if (label === undefined) {
      throw new DataError(
        `${join(root, folder, name)} is a class that the training images do not have: expected the folders of ` +
          `${join(root, "train")} (${classNames.length} of them), so that labels mean the same in both.`,
      );
    }
    paths.forEach((path, index) => {
      files.push({ path: posix.join(folder, path), bytes: bytes[index] as number, label });
    });
  }
  return files;
}

const pick = (files: readonly ListedFile[], places: Int32Array) =>
  Array.from(places, (place) => files[place] as ListedFile);

function limited(files: ListedFile[], limit: number): ListedFile[] {
  if (limit > files.length) {
    throw new DataError(`data.trainLimit is ${limit}: expected at most the ${files.length} training images.`);
  }
  const labels = files.map(({ label }) => label);
  return pick(files, labelSubset(labels, { fraction: limit / files.length, seed: 0 }));
}

function fileDataset(it: {
  root: string;
  config: FileDataConfig;
  options: OpenOptions;
  classNames: string[];
  problems: DataProblem[];
  train: ListedFile[];
  test: ListedFile[];
}): Dataset {
  const { root, config, options, classNames, problems } = it;
  const { imageSize, channels } = sizes(config);
  const limits = DataConfig.pick({ exifRotation: true, maxPixels: true }).parse({
    exifRotation: config.exifRotation,
    maxPixels: config.maxPixels,
  });
  const imageOptions = {
    ...limits,
    channels,
    imageSize,
    resize: config.resize ?? Math.round((imageSize * 256) / 224),
    interpolation: config.crop?.interpolation ?? ("bilinear" as const),
    gate: createGate(options.inFlight ?? 4 * availableParallelism()),
  };
  const train = imageSplit(folderFiles("train", root, it.train), imageOptions);
  const test = it.test.length > 0 ? imageSplit(folderFiles("test", root, it.test), imageOptions) : null;
  return {
    name: config.name,
    fingerprint: fingerprintOf(classNames, [it.train, it.test]),
    classNames,
    height: imageSize,
    width: imageSize,
    channels,
    problems,
    skipped: 0,
    split: (name) => {
      if (name === "train") return train;
      if (test) return test;
      throw new DataError(
        `${root} has no images to evaluate on: expected a folder val beside train, or a share of each class by data.testShare.`,
      );
    },
  };
}

function sizes({ imageSize, mean, name }: FileDataConfig): { imageSize: number; channels: 1 | 3 } {
  const channels = mean?.length ?? 3;
  if (channels !== 1 && channels !== 3) {
    throw new DataError(`Data set "${name}" has data.mean of ${channels} entries: expected 3 (RGB) or 1 (luma).`);
  }
  return { imageSize: imageSize ?? 224, channels };
}

/** Names and lengths: reading a million files at each start would take as long as an epoch. */
function fingerprintOf(classNames: readonly string[], splits: readonly (readonly ListedFile[])[]): string {
  const hash = createHash("sha256").update(JSON.stringify(classNames));
  for (const files of splits) {
    hash.update(`\n${files.length}\n`);
    let lines = "";
    for (const { path, bytes, label } of files) {
      lines += `${label}\t${bytes}\t${path}\n`;
      if (lines.length < 1 << 20) continue;
      hash.update(lines);
      lines = "";
    }
    hash.update(lines);
  }
  return hash.digest("hex");
}
