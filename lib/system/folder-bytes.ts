import { readdir, stat } from "node:fs/promises";
import { join } from "node:path";

/** Bytes of a file, or of all files below a folder; files that vanish meanwhile or cannot be read count as zero. */
export async function folderBytes(path: string): Promise<number> {
  const entry = await stat(path).catch(() => null);
  if (entry === null || entry.isFile()) return entry?.size ?? 0;
  let bytes = 0;
  for (const name of await readdir(path, { recursive: true }).catch(() => [])) {
    const found = await stat(join(path, name)).catch(() => null);
    if (found?.isFile()) bytes += found.size;
  }
  return bytes;
}
