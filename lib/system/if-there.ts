import { existsSync, readdirSync } from "node:fs";
import { readdir, readFile } from "node:fs/promises";

/** A file's bytes; undefined if nothing is at its path. Whatever else the system refuses is thrown. */
export async function readIfThere(path: string): Promise<Buffer | undefined> {
  return readFile(path).catch((error) => ifAbsent(undefined, path, error));
}

/** A file's text; undefined if nothing is at its path. */
export async function readTextIfThere(path: string): Promise<string | undefined> {
  return (await readIfThere(path))?.toString("utf8");
}

/** The names in a folder, in no order; none if nothing is at its path. A file in its place is an error. */
export async function namesIfThere(folder: string): Promise<string[]> {
  return readdir(folder).catch((error) => ifAbsent([], folder, error));
}

/** As `namesIfThere`. */
export function namesIfThereSync(folder: string): string[] {
  try {
    return readdirSync(folder);
  } catch (error) {
    return ifAbsent([], folder, error);
  }
}

function ifAbsent<Value>(value: Value, path: string, error: unknown): Value {
  const { code } = error as NodeJS.ErrnoException;
  // Below a file there is nothing, either.
  if (code === "ENOENT" || (code === "ENOTDIR" && !existsSync(path))) return value;
  throw error;
}
