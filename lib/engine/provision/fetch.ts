import { rm, statfs, writeFile } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import { EngineError } from "../../errors";
import {
  fillFolder,
  formatBytes,
  isDiskFull,
  makeFolder,
  type OnProgress,
  sha256OfFile,
  systemErrorWords,
  tellEvery,
} from "../../system";
import type { Build } from "./build";
import { libraryIn, type TensorFlowLibrary } from "./library";
import { buildFolder, cachedFolder, type Manifest, manifestName, wheelFolderOf } from "./library-cache";
import { type PinnedWheel, sizeOf, type WheelFolder } from "./pinned-wheel";
import { downloadWheel } from "./pip";
import { type Unpacked, unpackWheel } from "./wheel";

/** TensorFlow's two libraries, fetched into this user's cache unless they are there. */
export async function fetchTensorFlow(build: Build, onProgress: OnProgress = () => {}): Promise<TensorFlowLibrary> {
  const { fetched } = await fetchFolder(wheelFolderOf(build), onProgress);
  return libraryIn(buildFolder(build), build.version, fetched ? "fetched" : "cache");
}

/**
 * Fetches wheels and puts their files into a folder in the user's cache, whole or not at all. If two processes do so at
 * once, the second waits and uses the first one's result.
 *
 * @throws {EngineError} saying which part failed and what to do
 */
export async function fetchFolder(folder: WheelFolder, onProgress: OnProgress): Promise<{ fetched: boolean }> {
  const { directory } = folder;
  const what = `another process that fetches ${folder.title}`;
  try {
    const fetched = await fillFolder(directory, {
      what,
      onProgress,
      isWhole: () => cachedFolder(folder).state === "whole",
      fill: async (partial) => {
        await removeBroken(folder, onProgress);
        await requireSpace(folder);
        await fetchInto(partial, folder, onProgress);
      },
    });
    return { fetched };
  } catch (error) {
    throw explained(error, folder);
  }
}

/** Before anything is fetched: there may be no room for both. */
async function removeBroken(folder: WheelFolder, onProgress: OnProgress): Promise<void> {
  const cached = cachedFolder(folder);
  if (cached.state !== "broken") return;
  onProgress(`${folder.directory} is set aside and fetched again: ${cached.reason}`);
  await rm(folder.directory, { recursive: true, force: true });
}

async function fetchInto(directory: string, folder: WheelFolder, onProgress: OnProgress): Promise<void> {
  const { wheels } = folder;
  const download = join(directory, "download");
  const files: Unpacked[] = [];
  for (const [at, wheel] of wheels.entries()) {
    const which = wheels.length > 1 ? `wheel ${at + 1} of ${wheels.length}: ` : "";
    const tell = (line: string) => onProgress(`${which}${line}`);
    await makeFolder(download);
    const path = await downloadWheel(wheel, download, tell);
    await requireHash(wheel, path);
    files.push(...(await unpackLibraries(folder, wheel, path, directory, tell)));
    await rm(download, { recursive: true });
  }
  const { package: name, version } = wheels[0] as PinnedWheel;
  const manifest: Manifest = { package: name, version, wheels: wheels.map(({ sha256 }) => sha256), files };
  await writeFile(join(directory, manifestName), JSON.stringify(manifest, null, 2), { flush: true });
}

async function requireHash(wheel: PinnedWheel, path: string): Promise<void> {
  const sha256 = await sha256OfFile(path);
  if (sha256 === wheel.sha256) return;
  throw new EngineError(
    `${basename(path)} is not the file this package was tried with: expected SHA-256 ${wheel.sha256}, got ${sha256}. ` +
      `It was damaged on the way or changed at the source: run "npm run setup" again, and if it stays so look at the ` +
      `package index that pip is set to use ("python3 -m pip config list").`,
  );
}

async function unpackLibraries(
  folder: WheelFolder,
  wheel: PinnedWheel,
  path: string,
  directory: string,
  onProgress: OnProgress,
): Promise<Unpacked[]> {
  let written = 0;
  return await tellEvery(
    1,
    onProgress,
    () => `unpacking ${wheel.package} ${wheel.version}: ${formatBytes(written)}`,
    () =>
      unpackWheel(
        path,
        (name) => folder.place(name, wheel),
        folder.needed(wheel),
        directory,
        (bytes) => {
          written = bytes;
        },
      ),
  );
}

async function requireSpace({ title, directory, wheels }: WheelFolder): Promise<void> {
  const size = sizeOf(wheels);
  if (size === null) return;
  const { needed } = size;
  const { bavail, bsize } = await statfs(dirname(directory));
  if (bavail * bsize < needed) throw diskFull(title, dirname(directory), needed, bavail * bsize);
}

function diskFull(
  title: string,
  folder: string,
  needed: number | null,
  free: number | null,
  cause?: unknown,
): EngineError {
  const need = needed === null ? "more space" : `${needed} bytes (${formatBytes(needed)})`;
  const got = free === null ? "it ran full" : `${free} bytes are free`;
  return new EngineError(
    `Too little space in ${folder} to fetch ${title}: expected ${need} while it is unpacked, but ${got}. Free some, or ` +
      `set XDG_CACHE_HOME to a folder on a larger disk.`,
    { cause },
  );
}

function explained(error: unknown, { title, directory, wheels }: WheelFolder): unknown {
  if (isDiskFull(error)) {
    return diskFull(title, dirname(directory), sizeOf(wheels)?.needed ?? null, null, error);
  }
  const words = error instanceof Error ? systemErrorWords(error, `fetch ${title} into ${dirname(directory)}`) : null;
  if (words === null) return error;
  return new EngineError(`${words} XDG_CACHE_HOME sets another folder.`, { cause: error });
}
