import { mkdir, open, readdir, rename, rm, statfs, writeFile } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import { formatBytes, type OnProgress, sha256OfFile, tellEvery, withLock } from "../../cache";
import { EngineError } from "../../errors";
import { libraryIn, type TensorFlowLibrary } from "./library";
import { cachedVariant, type Manifest, manifestName, variantFolder } from "./library-cache";
import { downloadWheel } from "./pip";
import type { Variant } from "./variant";
import { type Unpacked, unpackWheel } from "./wheel";

/**
 * Fetches a variant's wheel and puts its two libraries into the user's cache, whole or not at all.
 *
 * Of two processes that do so at once, the second waits and takes what the first has made.
 *
 * @throws {EngineError} that says which part failed and what to do
 */
export async function fetchTensorFlow(variant: Variant, onProgress: OnProgress = () => {}): Promise<TensorFlowLibrary> {
  const directory = variantFolder(variant);
  const what = `another process that fetches TensorFlow ${variant.version}`;
  try {
    return await withLock(`${directory}.lock`, { what, onProgress }, async () => {
      const cached = cachedVariant(variant);
      if (cached.state === "whole") return libraryIn(directory, variant.version, "cache");
      if (cached.state === "broken") {
        onProgress(`${directory} is set aside and fetched again: ${cached.reason}`);
        await rm(directory, { recursive: true, force: true });
      }
      await removeLeftovers(directory);
      await requireSpace(variant, directory);
      return await fetchInto(variant, directory, onProgress);
    });
  } catch (error) {
    throw explained(error, variant, directory);
  }
}

async function fetchInto(variant: Variant, directory: string, onProgress: OnProgress): Promise<TensorFlowLibrary> {
  const partial = `${directory}.partial-${process.pid}`;
  const download = join(partial, "download");
  try {
    await mkdir(download, { recursive: true });
    const wheel = await downloadWheel(variant, download, onProgress);
    await requireHash(variant, wheel);
    const files = await unpackLibraries(variant, wheel, partial, onProgress);
    await rm(download, { recursive: true });
    const { package: name, version } = variant;
    const manifest: Manifest = { package: name, version, wheel: basename(wheel), files };
    await writeFile(join(partial, manifestName), JSON.stringify(manifest, null, 2), { flush: true });
    await syncFolder(partial);
    await rename(partial, directory);
    await syncFolder(dirname(directory));
    return libraryIn(directory, variant.version, "fetched");
  } finally {
    await rm(partial, { recursive: true, force: true });
  }
}

async function requireHash(variant: Variant, wheel: string): Promise<void> {
  const sha256 = await sha256OfFile(wheel);
  if (sha256 === variant.sha256) return;
  throw new EngineError(
    `${basename(wheel)} is not the file this package was tried with: expected SHA-256 ${variant.sha256}, got ${sha256}. ` +
      `It was damaged on the way or changed at the source: run "npm run setup" again, and if it stays so look at the ` +
      `package index that pip is set to use ("python3 -m pip config list").`,
  );
}

async function unpackLibraries(
  variant: Variant,
  wheel: string,
  directory: string,
  onProgress: OnProgress,
): Promise<Unpacked[]> {
  const names = [variant.framework, variant.library, "include/LICENSE"].map((name) => `tensorflow/${name}`);
  let written = 0;
  return await tellEvery(
    1,
    onProgress,
    () => `unpacking TensorFlow ${variant.version}: ${formatBytes(written)}`,
    () =>
      unpackWheel(wheel, names, directory, (bytes) => {
        written = bytes;
      }),
  );
}

/** Folders of fetches that were killed. No other process is at work on them, since this one has the lock. */
async function removeLeftovers(directory: string): Promise<void> {
  const parent = dirname(directory);
  for (const name of await readdir(parent)) {
    if (name.startsWith(`${basename(directory)}.partial-`))
      await rm(join(parent, name), { recursive: true, force: true });
  }
}

async function requireSpace(variant: Variant, directory: string): Promise<void> {
  if (variant.bytes === null || variant.unpackedBytes === null) return;
  const needed = variant.bytes + variant.unpackedBytes;
  const { bavail, bsize } = await statfs(dirname(directory));
  if (bavail * bsize < needed) throw diskFull(dirname(directory), needed, bavail * bsize);
}

function diskFull(folder: string, needed: number | null, free: number | null, cause?: unknown): EngineError {
  const need = needed === null ? "more space" : `${needed} bytes (${formatBytes(needed)})`;
  const got = free === null ? "it ran full" : `${free} bytes are free`;
  return new EngineError(
    `Too little space in ${folder} to fetch TensorFlow: expected ${need} while it is unpacked, but ${got}. Free some, or ` +
      `set XDG_CACHE_HOME to a folder on a larger disk.`,
    { cause },
  );
}

function explained(error: unknown, variant: Variant, directory: string): unknown {
  const code = (error as NodeJS.ErrnoException).code;
  if (code === "ENOSPC" || code === "EDQUOT") {
    const known = variant.bytes !== null && variant.unpackedBytes !== null;
    const needed = known ? (variant.bytes ?? 0) + (variant.unpackedBytes ?? 0) : null;
    return diskFull(dirname(directory), needed, null, error);
  }
  if (code === "EACCES" || code === "EPERM" || code === "EROFS") {
    return new EngineError(
      `Nothing can be written in ${dirname(directory)} (${code}). Make it writable, or set XDG_CACHE_HOME to a folder ` +
        `that is.`,
      { cause: error },
    );
  }
  return error;
}

async function syncFolder(folder: string): Promise<void> {
  const handle = await open(folder, "r");
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}
