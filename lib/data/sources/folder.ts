import { join, posix } from "node:path";
import { DataError } from "../../errors";
import { isFolder } from "../../system";
import type { Dataset } from "../dataset";
import { fileDataset } from "../files/file-dataset";
import { folderParts } from "../files/folder-parts";
import type { ListedClass, ListedFolder } from "../files/list-folder";
import { listCached } from "../files/manifest";
import { pathOf } from "../files/path";
import { folderFiles, type ListedFile } from "../images/image-files";
import type { DataSource, DatasetConfig, OpenOptions } from "../source";

/** The label of an image whose class is unknown. */
const UNLABELLED = -1;

export const source: DataSource = { open: (config, options) => openFolder(pathOf(config), config, options) };

/**
 * A folder of class folders, or one with parts that hold them: `train` and `val`, `valid`, `test` … A folder of images
 * without class folders is unlabelled.
 *
 * @throws {DataError} naming the first files, for a folder without images, a class folder without any, files that
 *   cannot be read, and a test class that is not trained on
 */
export async function openFolder(root: string, config: DatasetConfig, options: OpenOptions = {}): Promise<Dataset> {
  if (!(await isFolder(root))) {
    throw new DataError(
      `${root} is no folder that can be read: expected one of class folders, or with train/ and val/.`,
    );
  }
  const parts = await folderParts(root);
  const list = async (folder: string) => ({ folder, listed: await listCached(join(root, folder), options) });
  const train = await list(parts.train);
  const evaluation = parts.test === null ? null : await list(parts.test);
  const hasNoClasses = evaluation !== null && evaluation.listed.unlabelled !== null && train.listed.unlabelled === null;
  if (hasNoClasses) {
    parts.problems.push({ file: evaluation.folder, kind: "ignored", message: "its images lie in no class folders" });
  }
  const test = hasNoClasses ? null : evaluation;
  const problems = [train, ...(test ? [test] : [])].flatMap(({ folder, listed }) =>
    listed.problems.map((it) => ({ ...it, file: posix.join(folder, it.file) })),
  );
  // An empty class cannot be learned; with onBadImage "skip" it is not a class.
  const classes = train.listed.classes.filter(({ paths }) => paths.length > 0 || config.onBadImage !== "skip");
  const classNames = classes.map(({ name }) => name);
  return fileDataset(
    {
      root,
      layout: "a folder for each class with its images in it, train/ and val/ of such, or images alone",
      classNames,
      problems: [...parts.problems, ...problems],
      train: folderFiles("train", root, listedFiles(train, classNames, train)),
      test: test && folderFiles("test", root, listedFiles(test, classNames, train)),
    },
    config,
    options,
  );
}

interface ListedPart {
  /** Relative to the data set's folder; "" is the folder itself. */
  folder: string;
  listed: ListedFolder;
}

function listedFiles({ folder, listed }: ListedPart, classNames: readonly string[], train: ListedPart): ListedFile[] {
  const numbers = new Map(classNames.map((name, index) => [name.normalize("NFC"), index]));
  const files: ListedFile[] = [];
  const take = ({ paths, bytes }: ListedClass, label: number) => {
    paths.forEach((path, index) => {
      files.push({ path: posix.join(folder, path), bytes: bytes[index] as number, label });
    });
  };
  if (listed.unlabelled) take(listed.unlabelled, UNLABELLED);
  for (const one of listed.classes) {
    const label = train.listed.unlabelled ? UNLABELLED : numbers.get(one.name.normalize("NFC"));
    if (label !== undefined) take(one, label);
    else if (one.paths.length > 0) {
      throw new DataError(
        `${posix.join(folder, one.name)} is a class that the training images do not have: expected the folders of ` +
          `${train.folder || "the data set"} (${classNames.length} of them), so that labels mean the same in both.`,
      );
    }
  }
  return files;
}
