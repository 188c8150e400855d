import { mkdirSync } from "node:fs";
import { mkdir } from "node:fs/promises";
import { dirname, resolve } from "node:path";
import { isFolder, isFolderSync } from "./is-folder";

/**
 * Makes a folder and those above it, unless they are there. Level by level: Node's recursive mkdir never returns where a
 * folder is refused with ENOENT, as under /proc, and calls a file system that only reads ENOENT.
 *
 * @throws the system's error of the first level that cannot be made
 */
export async function makeFolder(folder: string): Promise<void> {
  const path = resolve(folder);
  if (await isFolder(path)) return;
  if (dirname(path) !== path) await makeFolder(dirname(path));
  await mkdir(path).catch(async (error: NodeJS.ErrnoException) => {
    // Another process may have made it a moment ago.
    if (error.code !== "EEXIST" || !(await isFolder(path))) throw error;
  });
}

/** As `makeFolder`. @param mode of folders that are made */
export function makeFolderSync(folder: string, mode?: number): void {
  const path = resolve(folder);
  if (isFolderSync(path)) return;
  if (dirname(path) !== path) makeFolderSync(dirname(path), mode);
  try {
    mkdirSync(path, { mode });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "EEXIST" || !isFolderSync(path)) throw error;
  }
}
