import { open, rename, rm } from "node:fs/promises";
import { dirname } from "node:path";
import { makeFolder } from "./make-folder";

/** So that two writes at once do not share a temporary file. */
let writes = 0;

/**
 * Writes a whole file or none: to a temporary name beside it, synced to disk, then renamed over `path`.
 * Missing parent folders are created.
 */
export async function writeDurably(path: string, content: Uint8Array | string): Promise<void> {
  await makeFolder(dirname(path));
  const partial = `${path}.partial-${process.pid}-${++writes}`;
  try {
    // Not written through a link that somebody has put there.
    await rm(partial, { force: true });
    const file = await open(partial, "wx");
    try {
      await file.writeFile(content);
      await file.sync();
    } finally {
      await file.close();
    }
    await rename(partial, path);
  } catch (error) {
    await rm(partial, { force: true });
    throw error;
  }
}
