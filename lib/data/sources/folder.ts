import { stat } from "node:fs/promises";
import { join, posix } from "node:path";
import { DataError } from "../../errors";
import type { Dataset } from "../dataset";
import { fileDataset } from "../files/file-dataset";
import type { ListedFolder } from "../files/list-folder";
import { listCached } from "../files/manifest";
import { pathOf } from "../files/path";
import { folderFiles, type ListedFile } from "../images/image-files";
import type { DataSource, DatasetConfig, OpenOptions } from "../source";

export const source: DataSource = { open: (config, options) => openFolder(pathOf(config), config, options) };

/**
 * A folder of class folders, or one that has `train` and `val` (`validation`, `test`) of them.
 *
 * @throws {DataError} naming the first files, for a folder that has no images, a class folder without any, files that
 *   cannot be read, and a test class that is not trained on
 */
export async function openFolder(root: string, config: DatasetConfig, options: OpenOptions = {}): Promise<Dataset> {
  const parts = await listParts(root, options);
  const classNames = parts.train.listed.classes.map(({ name }) => name);
  const problems = [parts.train, ...(parts.test ? [parts.test] : [])].flatMap(({ folder, listed }) =>
    listed.problems.map((it) => ({ ...it, file: posix.join(folder, it.file) })),
  );
  const train = folderFiles("train", root, listedFiles(parts.train, classNames, root));
  const test = parts.test && folderFiles("test", root, listedFiles(parts.test, classNames, root));
  const layout = "a folder for each class with its images in it, or train/ and val/ of such";
  return fileDataset({ root, layout, classNames, problems, train, test }, config, options);
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
