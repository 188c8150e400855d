import { readdir, realpath, stat } from "node:fs/promises";
import { join, posix } from "node:path";
import type { DataProblem } from "../problem";
import { isHidden, isLitter } from "./litter";

/** Files under a folder, and whatever else lies there. */
export interface FoundFiles {
  /** Ordered by name. */
  paths: string[];
  problems: DataProblem[];
}

/** Which files to look for, and which similar ones to refuse. */
export interface FileKind {
  /** Their extension. */
  ending: RegExp;
  /** Files that may hold images too, but cannot be read; with `isSign`, one shows that this kind was meant. */
  refused?: readonly { ending: RegExp; why: string; isSign?: boolean }[];
}

/** Parts lie side by side, or in a folder each; nobody nests them deeper than this. */
const DEEPEST = 4;
/** Notes that accompany data. */
const NOTES = /\.(txt|json|md|csv|tsv|yaml|yml)$/i;

/**
 * The files of one kind in a folder and its subfolders; anything else there is reported.
 *
 * @throws the system's error when the folder itself cannot be read
 */
export async function findFiles(root: string, { ending, refused = [] }: FileKind): Promise<FoundFiles> {
  const found: FoundFiles = { paths: [], problems: [] };
  const tell = (file: string, kind: DataProblem["kind"], message: string) =>
    found.problems.push({ file, kind, message });
  const look = async (folder: string, above: readonly string[]): Promise<void> => {
    const real = await realpath(join(root, folder));
    if (above.includes(real)) return void tell(folder, "ignored", "a link back to a folder that it lies in");
    const entries = await readdir(join(root, folder), { withFileTypes: true });
    for (const entry of entries.sort((a, b) => (a.name < b.name ? -1 : 1))) {
      const path = posix.join(folder, entry.name);
      if (isHidden(entry.name) || isLitter(entry.name)) continue;
      const isRefused = refused.find((one) => one.ending.test(entry.name));
      const status = entry.isSymbolicLink() ? await stat(join(root, path)).catch(() => entry) : entry;
      if (status.isDirectory()) {
        if (above.length + 1 < DEEPEST) await look(path, [...above, real]);
        else tell(path, "ignored", `deeper than ${DEEPEST} folders`);
      } else if (ending.test(entry.name)) found.paths.push(path);
      else if (isRefused) tell(path, "unreadable", isRefused.why);
      else if (!NOTES.test(entry.name)) tell(path, "ignored", "of another kind by the ending of its name");
    }
  };
  await look("", []);
  return found;
}

/**
 * Whether a folder, or a direct subfolder, has such a file; looks no deeper: class folders may hold a million images.
 */
export async function hasFiles(root: string, { ending, refused = [] }: FileKind): Promise<boolean> {
  const signs = [ending, ...refused.filter(({ isSign }) => isSign).map((one) => one.ending)];
  const isWanted = (name: string) => !isHidden(name) && signs.some((sign) => sign.test(name));
  const entries = await readdir(root, { withFileTypes: true });
  if (entries.some(({ name }) => isWanted(name))) return true;
  for (const entry of entries.slice(0, 100)) {
    if (!entry.isDirectory() || isHidden(entry.name)) continue;
    const inside = await readdir(join(root, entry.name)).catch(() => []);
    if (inside.some(isWanted)) return true;
  }
  return false;
}
