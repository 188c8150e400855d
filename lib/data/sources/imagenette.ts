import { join } from "node:path";
import { DataError } from "../../errors";
import type { Dataset } from "../dataset";
import { fileDataset } from "../files/file-dataset";
import { listCached } from "../files/manifest";
import { folderFiles, type ListedFile } from "../images/image-files";
import { locatePublished, unpackedFolder } from "../published/published-data";
import type { DataSource, DatasetConfig, OpenOptions } from "../source";

/** ImageNet's ids of the ten classes and their names, in the order of the ids. */
const classes = {
  n01440764: "tench",
  n02102040: "English springer",
  n02979186: "cassette player",
  n03000684: "chain saw",
  n03028079: "church",
  n03394916: "French horn",
  n03417042: "garbage truck",
  n03425413: "gas pump",
  n03445777: "golf ball",
  n03888257: "parachute",
};
const ids = Object.keys(classes);
const [TRAIN, VALIDATION] = [9469, 3925];
const published = {
  name: "imagenette" as const,
  files: [...ids.map((id) => `train/${id}`), ...ids.map((id) => `val/${id}`)],
  mirrors: [],
  room: "340 MB",
};

/**
 * Imagenette, second version: 9469 training and 3925 validation photographs in ten classes of ImageNet that are easy to
 * tell apart. Of its three sizes, 160 and 320 pixels at the shorter side and full, whichever is unpacked at `data.path`
 * or in NJEPA_DATA.
 *
 * Source: Howard, github.com/fastai/imagenette; imagenette2-320.tgz.
 */
export const source: DataSource = {
  async open(config, options) {
    const expected = { archive: "fast.ai's imagenette2-320.tgz", folder: "its folder, which has train and val" };
    const root = unpackedFolder(published, config, expected);
    return openImagenette(root, config, options, { train: TRAIN, validation: VALIDATION });
  },
  locate: () => locatePublished(published),
};

/** @param expected how many images it must have */
export async function openImagenette(
  root: string,
  config: DatasetConfig,
  options: OpenOptions,
  expected: { train: number; validation: number },
): Promise<Dataset> {
  const list = async (part: string) => {
    const listed = await listCached(join(root, part), options);
    return listed.classes.flatMap(({ name, paths, bytes }) =>
      paths.map((path, at): ListedFile => {
        const label = ids.indexOf(name);
        if (label < 0) throw new DataError(`${join(root, part, name)} is no class of Imagenette: ${ids.join(", ")}.`);
        return { path: `${part}/${path}`, bytes: bytes[at] as number, label };
      }),
    );
  };
  const [train, validation] = [await list("train"), await list("val")];
  if (train.length !== expected.train || validation.length !== expected.validation) {
    throw new DataError(
      `${root} is not Imagenette's second version: expected ${expected.train} training and ${expected.validation} ` +
        `validation images, got ${train.length} and ${validation.length}. Unpack its archive anew.`,
    );
  }
  return fileDataset(
    {
      root,
      layout: "train/ and val/ of imagenette2-320.tgz",
      classNames: Object.values(classes),
      problems: [],
      train: folderFiles("train", root, train),
      test: folderFiles("test", root, validation),
    },
    config,
    options,
  );
}
