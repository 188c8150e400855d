import type { Dirent } from "node:fs";
import { readdir, realpath, stat } from "node:fs/promises";
import { availableParallelism } from "node:os";
import { extname, join, posix } from "node:path";
import type { OnProgress } from "../../system";
import { createLimit, type Limit } from "../../system";
import type { DataProblem } from "../problem";

/** The images of one class, in the order of their names. */
export interface ListedClass {
  name: string;
  /** Below the split's folder, with forward slashes. */
  paths: string[];
  bytes: number[];
}

/** A folder of class folders as it was found. */
export interface ListedFolder {
  classes: ListedClass[];
  problems: DataProblem[];
  /** Every folder that was read and when it had last changed, in ms; "" is the folder itself. */
  folders: [path: string, changed: number][];
}

/** The endings that torchvision takes for images, less those that TensorFlow cannot decode, and GIF. */
const endings = new Set([".jpg", ".jpeg", ".png", ".webp", ".bmp", ".gif"]);

/**
 * Lists a folder whose folders are classes: class names and files in the order of their code units, files of folders
 * inside a class included, links followed. Names that begin with a dot, and files that are no images by their ending,
 * are left out and told.
 *
 * Source: torchvision.datasets.folder.make_dataset.
 *
 * @throws the system's error when `root` itself cannot be read
 */
export async function listFolder(root: string, onProgress?: OnProgress): Promise<ListedFolder> {
  const listed: ListedFolder = { classes: [], problems: [], folders: [] };
  const limit = createLimit(16 * availableParallelism());
  listed.folders.push(["", (await stat(root)).mtimeMs]);
  const names = (await readdir(root, { withFileTypes: true })).sort(byName);
  const classes = names.filter((entry) => {
    if (isHidden(entry) || entry.isFile()) {
      listed.problems.push({ file: entry.name, kind: "ignored", message: "beside the class folders, and no folder" });
      return false;
    }
    return true;
  });
  let files = 0;
  let told = Date.now();
  for (const { name } of classes) {
    const found = { name, paths: [] as string[], bytes: [] as number[] };
    await walk(root, name, [await realpath(root)], { ...listed, limit, found });
    if (found.paths.length === 0) {
      listed.problems.push({ file: name, kind: "empty-class", message: "a class folder without images" });
    }
    listed.classes.push(found);
    files += found.paths.length;
    if (Date.now() - told < 1000) continue;
    told = Date.now();
    onProgress?.(`listing ${root}: ${files} images in ${listed.classes.length} of ${classes.length} classes`);
  }
  return listed;
}

interface Walk extends Pick<ListedFolder, "problems" | "folders"> {
  limit: Limit;
  found: ListedClass;
}

async function walk(root: string, folder: string, above: readonly string[], to: Walk): Promise<void> {
  const unreadable = (file: string, error: unknown) => {
    to.problems.push({ file, kind: "unreadable", message: (error as Error).message });
  };
  let entries: Dirent[];
  let real: string;
  try {
    real = await realpath(join(root, folder));
    if (above.includes(real)) {
      to.problems.push({ file: folder, kind: "ignored", message: "a link back to a folder that it lies in" });
      return;
    }
    const { mtimeMs } = await stat(real);
    entries = (await readdir(real, { withFileTypes: true })).sort(byName);
    to.folders.push([folder, mtimeMs]);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOTDIR") {
      to.problems.push({ file: folder, kind: "ignored", message: "beside the class folders, and no folder" });
    } else unreadable(folder, error);
    return;
  }
  const kinds = await Promise.all(
    entries.map((entry) =>
      to.limit(async () => {
        const path = posix.join(folder, entry.name);
        if (isHidden(entry)) return { path, ignored: "its name begins with a dot" };
        if (entry.isDirectory()) return { path, folder: true };
        if (entry.isFile() && !isImage(entry.name)) return { path, ignored: "no image by the ending of its name" };
        try {
          const status = await stat(join(root, path));
          if (status.isDirectory()) return { path, folder: true };
          if (!status.isFile()) return { path, ignored: "neither a file nor a folder" };
          if (!isImage(entry.name)) return { path, ignored: "no image by the ending of its name" };
          return { path, bytes: status.size };
        } catch (error) {
          unreadable(path, error);
          return { path };
        }
      }),
    ),
  );
  for (const { path, ignored, folder: inner, bytes } of kinds) {
    if (ignored !== undefined) to.problems.push({ file: path, kind: "ignored", message: ignored });
    else if (inner) await walk(root, path, [...above, real], to);
    else if (bytes === 0) to.problems.push({ file: path, kind: "broken", message: "empty" });
    else if (bytes !== undefined) {
      to.found.paths.push(path);
      to.found.bytes.push(bytes);
    }
  }
}

function isHidden(entry: Dirent): boolean {
  return entry.name.startsWith(".");
}

function isImage(name: string): boolean {
  return endings.has(extname(name).toLowerCase());
}

function byName(a: Dirent, b: Dirent): number {
  return a.name < b.name ? -1 : a.name > b.name ? 1 : 0;
}
