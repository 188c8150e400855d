import { readdir, stat } from "node:fs/promises";
import { join, posix } from "node:path";
import { DataError } from "../../errors";
import type { DataProblem } from "../problem";
import { isImageName } from "./list-folder";
import { isHidden, isLitter } from "./litter";
import { type Part, partsOfFolders, partWords } from "./split-names";

/** Where the parts of a data set lie, relative to its folder; "" is the folder itself. */
export interface FolderParts {
  train: string;
  test: string | null;
  problems: DataProblem[];
}

/** Archives have one outer folder, or a few inside one another. */
const DEEPEST = 4;

/**
 * Finds the folder to train on and the one to evaluate on: `train` and `val` under any of their names, also inside
 * outer folders that hold nothing else; or the folder itself, whose subfolders are then classes. A folder called `train` that contains
 * images and stands beside others is a class. Anything left out is reported.
 *
 * @throws {DataError} when the layout is ambiguous, or there is nothing to train on
 */
export async function folderParts(root: string, below = ""): Promise<FolderParts> {
  const { folders, images } = await look(join(root, below));
  const at = (name: string) => posix.join(below, name);
  const named = withParts(folders);
  const trains = named.filter(({ part }) => part === "train");
  const others = named.filter(({ part }) => part !== "train");
  if (trains.length === 0) return withoutTrain(root, below, { folders, images, named });
  if (trains.length > 1) {
    throw new DataError(`${root} has ${trains.map(({ name }) => at(name)).join(" and ")}: expected one to learn from.`);
  }
  const train = at((trains[0] as { name: string }).name);
  const inside = await look(join(root, train));
  const hasClasses = inside.folders.length > 0 && inside.images === 0;
  if (!hasClasses && others.some(({ part }) => part === null)) return { train: below, test: null, problems: [] };
  const problems: DataProblem[] = [];
  const ignore = (file: string, message: string) => problems.push({ file, kind: "ignored", message });
  const evaluation = inOrder(others);
  for (const { name, part } of others) {
    if (part !== null) continue;
    if (evaluation.length === 0 && (await look(join(root, at(name)))).images > 0) {
      throw new DataError(
        `${root} has ${train} with folders in it and ${at(name)} with images: expected classes side by side, or parts ` +
          `(${partWords}). Rename what is a class and looks like a part.`,
      );
    }
    ignore(at(name), `beside ${train}, and no part by its name: expected ${partWords}`);
  }
  for (const name of evaluation.slice(1))
    ignore(at(name), `to evaluate on beside ${at(evaluation[0] as string)}, which is used`);
  if (images > 0) ignore(below === "" ? "." : below, `${images} images beside ${train}`);
  const [test] = evaluation;
  return { train, test: test === undefined ? null : at(test), problems };
}

interface Named {
  name: string;
  part: Part | null;
}

function withParts(folders: readonly string[]): Named[] {
  const parts = partsOfFolders(folders);
  return folders.map((name, at) => ({ name, part: parts[at] ?? null }));
}

interface Found {
  folders: string[];
  images: number;
  named: Named[];
}

async function withoutTrain(root: string, below: string, { folders, images, named }: Found): Promise<FolderParts> {
  const whole = { train: below, test: null, problems: [] };
  const [only] = folders;
  if (only === undefined || images > 0) return whole;
  if (named.every(({ part }) => part !== null)) {
    throw new DataError(
      `${join(root, below)} has ${folders.join(" and ")} and nothing to learn from: expected train beside ${only}.`,
    );
  }
  for (const { name, part } of named) {
    if (part === null) continue;
    const inside = await look(join(root, below, name));
    if (inside.images > 0 || inside.folders.length === 0) continue;
    throw new DataError(
      `${join(root, below)} has ${name} with folders in it and nothing called train: is it to evaluate on, or a class? ` +
        "Expected train beside it, or another name.",
    );
  }
  // A name that is not UTF-8 cannot be looked into; the listing tells it.
  const inner = await look(join(root, below, only)).catch(() => ({ folders: [], images: 0 }));
  if (folders.length > 1) {
    expectNoPartsInside(join(root, below), only, inner);
    return whole;
  }
  const isOuter = inner.images === 0 && inner.folders.length > 0 && below.split("/").length <= DEEPEST;
  return isOuter ? folderParts(root, posix.join(below, only)) : whole;
}

/** Classes with a part each would be learned from whole, what they are to be evaluated on included. */
function expectNoPartsInside(folder: string, name: string, { folders, images }: Omit<Found, "named">): void {
  const parts = partsOfFolders(folders);
  const isParted = images === 0 && parts.includes("train") && new Set(parts).size > 1 && !parts.includes(null);
  if (!isParted) return;
  throw new DataError(
    `${join(folder, name)} has ${folders.join(" and ")} in it: expected parts with the classes in them, as in ` +
      `${join(folder, folders[0] as string, name)}.`,
  );
}

/** Folders to evaluate on: validation before test, in the order of their words. */
function inOrder(named: readonly Named[]): string[] {
  const of = (part: Part) => named.filter((one) => one.part === part).map(({ name }) => name);
  return [...of("validation"), ...of("test")];
}

async function look(folder: string): Promise<Omit<Found, "named">> {
  const folders: string[] = [];
  let images = 0;
  for (const entry of await readdir(folder, { withFileTypes: true })) {
    if (isHidden(entry.name) || isLitter(entry.name)) continue;
    const status = entry.isSymbolicLink() ? await stat(join(folder, entry.name)).catch(() => null) : entry;
    if (status?.isDirectory()) folders.push(entry.name);
    else if (status?.isFile() && isImageName(entry.name)) images++;
  }
  return { folders: folders.sort(), images };
}
