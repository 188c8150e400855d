import { readdir } from "node:fs/promises";
import { join, posix } from "node:path";
import type { DataProblem } from "../problem";
import { isHidden, isLitter } from "./litter";

/** The archives below a folder, and what else lies there. */
export interface FoundShards {
  /** Plain tar archives in the order of their names. */
  paths: string[];
  problems: DataProblem[];
}

const PLAIN = /\.tar$/i;
const PACKED = /\.(tgz|tbz2?|txz|tzst|(tar\.(gz|bz2|xz|zst|lz4|z)))$/i;

/** Shards lie beside one another, or in a folder for each part; nobody nests them deeper than this. */
const DEEPEST = 4;

/**
 * The tar archives of a folder and of folders in it. Packed ones are problems: an image in one cannot be read by its place.
 *
 * @throws the system's error when the folder itself cannot be read
 */
export async function findShards(root: string): Promise<FoundShards> {
  const found: FoundShards = { paths: [], problems: [] };
  const look = async (folder: string, depth: number): Promise<void> => {
    const entries = await readdir(join(root, folder), { withFileTypes: true });
    for (const entry of entries.sort((a, b) => (a.name < b.name ? -1 : 1))) {
      const path = posix.join(folder, entry.name);
      if (isHidden(entry.name) || isLitter(entry.name)) continue;
      if (entry.isDirectory()) {
        if (depth < DEEPEST) await look(path, depth + 1);
        else found.problems.push({ file: path, kind: "ignored", message: `deeper than ${DEEPEST} folders` });
      } else if (PLAIN.test(entry.name)) found.paths.push(path);
      else if (PACKED.test(entry.name)) {
        const message = "a packed archive, in which no image can be read by its place: unpack it to a plain .tar";
        found.problems.push({ file: path, kind: "unreadable", message });
      } else if (!/\.(txt|json|md|csv|tsv|yaml|yml)$/i.test(entry.name)) {
        found.problems.push({ file: path, kind: "ignored", message: "no .tar archive" });
      }
    }
  };
  await look("", 1);
  return found;
}

/** Whether a folder, or a folder in it, has an archive; looks no deeper, since class folders hold a million images. */
export async function hasShards(root: string): Promise<boolean> {
  const isArchive = (name: string) => !isHidden(name) && (PLAIN.test(name) || PACKED.test(name));
  const entries = await readdir(root, { withFileTypes: true });
  if (entries.some(({ name }) => isArchive(name))) return true;
  for (const entry of entries.slice(0, 100)) {
    if (!entry.isDirectory() || isHidden(entry.name)) continue;
    const inside = await readdir(join(root, entry.name)).catch(() => []);
    if (inside.some(isArchive)) return true;
  }
  return false;
}
