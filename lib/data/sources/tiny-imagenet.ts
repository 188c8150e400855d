import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { DataError } from "../../errors";
import type { Dataset } from "../dataset";
import { fileDataset } from "../files/file-dataset";
import { listCached } from "../files/manifest";
import { folderFiles, type ListedFile } from "../images/image-files";
import { locatePublished, unpackedFolder } from "../published/published-data";
import type { DataSource, DatasetConfig, OpenOptions } from "../source";

const [CLASSES, TRAIN, VALIDATION] = [200, 100_000, 10_000];
const published = {
  name: "tiny-imagenet" as const,
  files: ["wnids.txt", "words.txt", "train", "val/val_annotations.txt"],
  mirrors: [],
  room: "240 MB",
};

/**
 * Tiny ImageNet from its unpacked archive: 100 000 training and 10 000 validation images of 64×64 in 200 classes. The
 * validation labels are in a table beside the images. At `data.path`, or in NJEPA_DATA.
 *
 * Source: Le and Yang 2015; tiny-imagenet-200.zip of CS231n (MD5 90528d7ca1a48142e341f4ef8d21d0de).
 */
export const source: DataSource = {
  async open(config, options) {
    const root = unpackedFolder(published, config, {
      archive: "tiny-imagenet-200.zip of CS231n",
      folder: "its folder, which has train, val and wnids.txt",
    });
    return openTinyImageNet(root, config, options, { classes: CLASSES, train: TRAIN, validation: VALIDATION });
  },
  locate: () => locatePublished(published),
};

/** @param expected how many classes and images it must have */
export async function openTinyImageNet(
  root: string,
  config: DatasetConfig,
  options: OpenOptions,
  expected: { classes: number; train: number; validation: number },
): Promise<Dataset> {
  const lines = async (file: string) =>
    (
      await readFile(join(root, file), "utf8").catch((error) => {
        throw new DataError(`${join(root, file)} cannot be read: ${error.message}. Unpack tiny-imagenet-200.zip anew.`);
      })
    )
      .split(/\r?\n/)
      .filter((line) => line !== "");
  const ids = (await lines("wnids.txt")).sort();
  const labels = new Map(ids.map((id, label) => [id, label]));
  const words = new Map((await lines("words.txt")).map((line) => line.split("\t") as [string, string]));
  const labelOf = (id: string, file: string): number => {
    const label = labels.get(id);
    if (label === undefined)
      throw new DataError(`${join(root, file)} is of class ${id}, which wnids.txt does not have.`);
    return label;
  };
  const listed = await listCached(join(root, "train"), options);
  const train = listed.classes.flatMap(({ name, paths, bytes }) =>
    paths.map((path, at) => {
      const file = `train/${path}`;
      return { path: file, bytes: bytes[at] as number, label: labelOf(name, file) };
    }),
  );
  const images = (await listCached(join(root, "val/images"), options)).unlabelled;
  const sizes = new Map(images?.paths.map((path, at) => [path, images.bytes[at] as number]));
  const validation = (await lines("val/val_annotations.txt")).map((line): ListedFile => {
    const [name = "", id = ""] = line.split("\t");
    const file = `val/images/${name}`;
    const bytes = sizes.get(name);
    if (bytes === undefined)
      throw new DataError(`${join(root, file)} is not there, though val_annotations.txt names it.`);
    return { path: file, bytes, label: labelOf(id, file) };
  });
  const found = { classes: ids.length, train: train.length, validation: validation.length };
  if (JSON.stringify(found) !== JSON.stringify(expected)) {
    throw new DataError(
      `${root} is not Tiny ImageNet: expected ${expected.classes} classes, ${expected.train} training and ` +
        `${expected.validation} validation images, got ${found.classes}, ${found.train} and ${found.validation}.`,
    );
  }
  return fileDataset(
    {
      root,
      layout: "train/, val/ and wnids.txt of tiny-imagenet-200.zip",
      classNames: ids.map((id) => words.get(id) ?? id),
      problems: [],
      train: folderFiles("train", root, train),
      test: folderFiles("test", root, validation),
    },
    config,
    options,
  );
}
