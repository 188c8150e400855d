import { statSync } from "node:fs";
import { stat } from "node:fs/promises";

/** Whether a folder, or a link to one, is at the path; false for one that may not be looked at. */
export async function isFolder(path: string): Promise<boolean> {
  return stat(path).then(
    (status) => status.isDirectory(),
    () => false,
  );
}

/** As `isFolder`. */
export function isFolderSync(path: string): boolean {
  try {
    return statSync(path, { throwIfNoEntry: false })?.isDirectory() ?? false;
  } catch {
    return false;
  }
}
