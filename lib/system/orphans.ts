import { readdirSync, rmdirSync, rmSync } from "node:fs";
import { join } from "node:path";

/**
 * Removes compiled files whose source is gone, and folders left empty; returns their paths relative to `compiled`.
 * The compiler leaves such files behind, and `presets.js` would be loaded in place of the newer `presets/index.js`.
 *
 * It imports nothing of ours: the files it removes could shadow what it imports.
 */
export function removeOrphans(compiled: string, sources: string): string[] {
  const removed: string[] = [];
  const known = namesIn(sources);
  for (const { name, isFolder } of entriesOf(compiled)) {
    if (isFolder) {
      const inside = removeOrphans(join(compiled, name), join(sources, name));
      removed.push(...inside.map((path) => join(name, path)));
      if (readdirSync(join(compiled, name)).length === 0) rmdirSync(join(compiled, name));
    } else if (isCompiled(name) && !known.has(sourceOf(name))) {
      rmSync(join(compiled, name));
      removed.push(name);
    }
  }
  return removed;
}

const isCompiled = (name: string) => /\.(js|js\.map|d\.ts|d\.ts\.map|json)$/.test(name);
const sourceOf = (name: string) => name.replace(/(\.js|\.d\.ts)(\.map)?$/, ".ts");

function namesIn(folder: string): Set<string> {
  return new Set(entriesOf(folder).map(({ name }) => name));
}

function entriesOf(folder: string): { name: string; isFolder: boolean }[] {
  try {
    return readdirSync(folder, { withFileTypes: true }).map((entry) => ({
      name: entry.name,
      isFolder: entry.isDirectory(),
    }));
  } catch (error) {
    if (["ENOENT", "ENOTDIR"].includes((error as NodeJS.ErrnoException).code ?? "")) return [];
    throw error;
  }
}
