import { execFile } from "node:child_process";
import { existsSync } from "node:fs";
import { dirname, join } from "node:path";
import { promisify } from "node:util";
import { compiledFile } from "./compiled-file";

/** The commit that this library runs from. */
export interface Checkout {
  /** Null where the library was installed as a package, or git is missing. */
  commit: string | null;
  /** Whether the working tree is identical to the commit. */
  clean: boolean | null;
}

/** The root of the checkout that this library runs from; null where it was installed as a package. */
export function checkoutFolder(): string | null {
  const root = dirname(dirname(compiledFile()));
  return existsSync(join(root, "package-lock.json")) ? root : null;
}

/** Git's view of the checkout around this library; a repository around an installed copy is not ours and is ignored. */
export async function checkout(): Promise<Checkout> {
  const root = checkoutFolder();
  if (root === null) return { commit: null, clean: null };
  const git = (...words: string[]) =>
    promisify(execFile)("git", ["-C", root, ...words]).then(
      ({ stdout }) => stdout.trim(),
      () => null,
    );
  const commit = await git("rev-parse", "HEAD");
  const changes = commit === null ? null : await git("status", "--porcelain");
  return { commit, clean: changes === null ? null : changes === "" };
}
