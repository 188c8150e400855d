import type { Dirent } from "node:fs";
import { readdir, realpath, stat } from "node:fs/promises";
import { availableParallelism } from "node:os";
import { extname, join, posix } from "node:path";
import type { OnProgress } from "../../system";
import { createLimit, type Limit, mapLimited } from "../../system";
import type { DataProblem } from "../problem";
import { isHidden, isLitter } from "./litter";

/** The images of one class, ordered by name. */
export interface ListedClass {
  name: string;
  /** Relative to the split's folder, with forward slashes. */
  paths: string[];
  bytes: number[];
}

/** A folder of class folders, or of images, as found. */
export interface ListedFolder {
  classes: ListedClass[];
  /** Images in the folder itself, where no subfolder has any: unlabelled. */
  unlabelled: ListedClass | null;
  problems: DataProblem[];
  /** Every folder that was read and when it was last modified, in ms; "" is the folder itself. */
  folders: [path: string, changed: number][];
}

/** The extensions that torchvision accepts as images, minus those that TensorFlow cannot decode, plus GIF. */
const endings = new Set([".jpg", ".jpeg", ".png", ".webp", ".bmp", ".gif"]);

/**
 * Lists a folder whose subfolders are classes: class names and files ordered by code point, including files in folders
 * inside a class, links followed. Names that begin with a dot, and files that are not images by their extension, are
 * left out and reported. Where only the folder itself has images, they are unlabelled.
 *
 * Source: torchvision.datasets.folder.make_dataset.
 *
 * @throws the system's error when `root` itself cannot be read
 */
export async function listFolder(root: string, onProgress?: OnProgress): Promise<ListedFolder> {
  const listed: ListedFolder = { classes: [], unlabelled: null, problems: [], folders: [] };
  const limit = createLimit(16 * availableParallelism());
  const real = await realpath(root);
  listed.folders.push(["", (await stat(root)).mtimeMs]);
  const { files: beside, folders } = await entriesOf(root, "", limit, listed.problems);
  let files = 0;
  let told = Date.now();
  for (const name of folders) {
    const found = { name, paths: [] as string[], bytes: [] as number[] };
    await walk(root, name, [real], { ...listed, limit, found });
    if (found.paths.length === 0) {
      listed.problems.push({ file: name, kind: "empty-class", message: "a class folder without images" });
    }
    listed.classes.push(found);
    files += found.paths.length;
    if (Date.now() - told < 1000) continue;
    told = Date.now();
    onProgress?.(`listing ${root}: ${files} images in ${listed.classes.length} of ${folders.length} classes`);
  }
  if (files === 0 && beside.length > 0) {
    const found = { name: "", paths: [] as string[], bytes: [] as number[] };
    take(beside, { problems: listed.problems, found });
    const problems = listed.problems.filter(({ kind }) => kind !== "empty-class");
    return { ...listed, classes: [], unlabelled: found, problems };
  }
  for (const { path } of beside) {
    listed.problems.push({
      file: path,
      kind: "ignored",
      message: "an image beside the class folders, in none of them",
    });
  }
  tellSameNames(listed);
  return listed;
}

/** Two classes whose names look the same (é as one character and as two) were one class on another system. */
function tellSameNames({ classes, problems }: ListedFolder): void {
  const first = new Set<string>();
  for (const { name } of classes) {
    const normal = name.normalize("NFC");
    if (first.has(normal)) {
      problems.push({ file: name, kind: "duplicate", message: "another class has this name in another Unicode form" });
    }
    first.add(normal);
  }
}

interface Walk extends Pick<ListedFolder, "problems" | "folders"> {
  limit: Limit;
  found: ListedClass;
}

async function walk(root: string, folder: string, above: readonly string[], to: Walk): Promise<void> {
  let inside: Entries;
  let real: string;
  try {
    real = await realpath(join(root, folder));
    if (above.includes(real)) {
      to.problems.push({ file: folder, kind: "ignored", message: "a link back to a folder that it lies in" });
      return;
    }
    const { mtimeMs } = await stat(real);
    inside = await entriesOf(root, folder, to.limit, to.problems);
    to.folders.push([folder, mtimeMs]);
  } catch (error) {
    to.problems.push({ file: folder, kind: "unreadable", message: (error as Error).message });
    return;
  }
  take(inside.files, to);
  for (const inner of inside.folders) await walk(root, inner, [...above, real], to);
}

function take(files: readonly ListedImage[], to: Pick<Walk, "problems" | "found">): void {
  for (const { path, bytes } of files) {
    if (bytes === 0) to.problems.push({ file: path, kind: "broken", message: "empty" });
    else {
      to.found.paths.push(path);
      to.found.bytes.push(bytes);
    }
  }
}

interface ListedImage {
  path: string;
  bytes: number;
}

/** The kind of a folder entry: an image, a folder, or something to report. */
interface Entry {
  path: string;
  bytes?: number;
  isFolder?: boolean;
  problem?: Pick<DataProblem, "kind" | "message">;
}

interface Entries {
  files: ListedImage[];
  /** Paths relative to the root. */
  folders: string[];
}

/** The images and folders in a folder, ordered by name; the rest is reported. */
async function entriesOf(root: string, folder: string, limit: Limit, problems: DataProblem[]): Promise<Entries> {
  const entries = (await readdir(join(root, folder), { withFileTypes: true })).sort(byName);
  const kinds = await mapLimited(limit, entries, async (entry): Promise<Entry> => {
    const path = posix.join(folder, entry.name);
    const ignored = (message: string): Entry => ({ path, problem: { kind: "ignored", message } });
    if (entry.name.includes("\ufffd")) {
      const message = "its name is not UTF-8, so that it cannot be asked for: rename it, with convmv for example";
      return { path, problem: { kind: "unreadable", message } };
    }
    if (isHidden(entry.name)) return ignored("its name begins with a dot");
    if (isLitter(entry.name)) return ignored("left there by a system or a tool");
    if (entry.isDirectory()) return { path, isFolder: true };
    if (entry.isFile() && !isImageName(entry.name)) return ignored("no image by the ending of its name");
    try {
      const status = await stat(join(root, path));
      if (status.isDirectory()) return { path, isFolder: true };
      if (!status.isFile()) return ignored("neither a file nor a folder");
      if (!isImageName(entry.name)) return ignored("no image by the ending of its name");
      return { path, bytes: status.size };
    } catch (error) {
      return { path, problem: { kind: "unreadable", message: (error as Error).message } };
    }
  });
  const found: Entries = { files: [], folders: [] };
  for (const { path, problem, isFolder, bytes } of kinds) {
    if (problem) problems.push({ file: path, ...problem });
    else if (isFolder) found.folders.push(path);
    else if (bytes !== undefined) found.files.push({ path, bytes });
  }
  return found;
}

/** Whether a file is an image by its extension. */
export function isImageName(name: string): boolean {
  return endings.has(extname(name).toLowerCase());
}

/** Order by code point, as Python sorts names and hence torchvision numbers classes. */
function byName({ name: a }: Dirent, { name: b }: Dirent): number {
  let at = 0;
  while (at < a.length && a[at] === b[at]) at++;
  if (at >= a.length || at >= b.length) return a.length - b.length;
  return inOrder(a.charCodeAt(at)) - inOrder(b.charCodeAt(at));
}

/** UTF-16 encodes the highest code points as surrogates, which sort before U+E000 to U+FFFF. */
function inOrder(unit: number): number {
  return unit >= 0xe000 ? unit - 0x800 : unit >= 0xd800 ? unit + 0x2000 : unit;
}
