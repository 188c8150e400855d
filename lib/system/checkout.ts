import { execFile } from "node:child_process";
import { existsSync } from "node:fs";
import { dirname, join } from "node:path";
import { promisify } from "node:util";
import { compiledFile } from "./compiled-file";

/** The commit that this library runs from. */
export interface Checkout {
  /** Null where the library was installed, or git is not there. */
  commit: string | null;
  /** Whether the working tree has nothing beyond the commit. */
  clean: boolean | null;
}

/** The root of the checkout that this library runs from; null where it was installed. */
export function checkoutFolder(): string | null {
  const root = dirname(dirname(compiledFile()));
  return existsSync(join(root, "package-lock.json")) ? root : null;
}

/** What git says of the checkout around this library; a repository around an installed library is another one's and not asked. */
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
