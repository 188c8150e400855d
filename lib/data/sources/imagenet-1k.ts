import { DataError } from "../../errors";
import { pathOf } from "../files/path";
import type { DataSource } from "../source";
import { openFolder } from "./folder";

const CLASSES = 1000;

/**
 * ImageNet-1k: train/ and val/ with the thousand class folders, at `data.path` or in the folder given by
 * NJEPA_IMAGENET.
 */
export const source: DataSource = {
  async open(config, options) {
    const data = await openFolder(pathOf(config, "NJEPA_IMAGENET"), config, options);
    if (data.classNames.length === CLASSES) return data;
    throw new DataError(
      `The folder given as imagenet-1k has ${data.classNames.length} classes: expected ${CLASSES}. ` +
        `For images of your own set data.name to "folder".`,
    );
  },
  locate: () => {
    const directory = process.env.NJEPA_IMAGENET;
    return directory ? { directory, source: "explicit" } : null;
  },
};
