import { existsSync } from "node:fs";
import { readdir } from "node:fs/promises";
import path from "node:path";
import { ConfigError } from "../errors";
import { isFolder } from "../system";

/** Pages of a folder of reports that are no notebook's, by the notebook whose page would be the same file. */
const ours = new Map([
  ["index.ipynb", "the overview of all reports"],
  ["diff.ipynb", "the comparison with another folder"],
]);

/**
 * The requested notebook files, in order of name.
 *
 * @throws {ConfigError} when no notebook matches a wish (the message lists those there are), or the page of one would
 *   take the place of another's or of the index
 * @param wishes files, folders (all notebooks in them), or parts of names in `folder`; none means all of `folder` or,
 *   if there is no such folder, all of the current one
 */
export async function chooseNotebooks(wishes: readonly string[], folder: string): Promise<string[]> {
  const known = await notebooksOf(folder);
  const chosen = new Set<string>();
  const nothing = existsSync(folder) ? "" : ".";
  for (const wish of wishes.length === 0 ? [nothing] : wishes) {
    if (wish.endsWith(".ipynb") && existsSync(wish)) {
      chosen.add(path.normalize(wish));
      continue;
    }
    if (wish !== "" && (await isFolder(wish))) {
      const its = await notebooksOf(wish);
      if (its.length === 0) throw new ConfigError(`There is nothing to run: ${wish} has no notebooks.`);
      for (const name of its) chosen.add(path.join(wish, name));
      continue;
    }
    const found = known.filter((name) => name.includes(wish));
    if (found.length === 0) throw new ConfigError(missing(wish, known, folder));
    for (const name of found) chosen.add(path.join(folder, name));
  }
  const files = [...chosen].sort((a, b) => (path.basename(a) < path.basename(b) ? -1 : 1));
  const twice = files.find((file, at) => at > 0 && path.basename(file) === path.basename(files[at - 1] ?? ""));
  if (twice !== undefined)
    throw new ConfigError(
      `Two notebooks are called ${path.basename(twice)}, and their pages would be one file: run them apart.`,
    );
  const taken = files.find((file) => ours.has(path.basename(file)));
  if (taken !== undefined)
    throw new ConfigError(
      `The page of ${taken} would lie where the folder's own is, ${ours.get(path.basename(taken))}: give it another name.`,
    );
  return files;
}

async function notebooksOf(folder: string): Promise<string[]> {
  const names = await readdir(folder).catch(() => []);
  return names.filter((name) => name.endsWith(".ipynb") && !name.startsWith(".")).sort();
}

function missing(wish: string, known: readonly string[], folder: string): string {
  const there = known.length === 0 ? `${folder}/ has no notebooks` : `${folder}/ has ${known.join(", ")}`;
  return wish === ""
    ? `There is nothing to run: ${there}.`
    : `There is no notebook "${wish}": it is not a file, and ${there}.`;
}
