import { existsSync, readFileSync, statSync } from "node:fs";
import { basename, join } from "node:path";
import { cacheFolder, sha256OfFile } from "../../system";
import type { Build } from "./build";
import type { WheelFolder } from "./pinned-wheel";

/** The list of files that make up a cached library; written to its folder last. */
export interface Manifest {
  package: string;
  version: string;
  /** SHA-256 of the fetched wheels, TensorFlow's first; a cache of an earlier njepa names one wheel's file instead. */
  wheels?: string[];
  files: { name: string; bytes: number; sha256: string }[];
}

/** The state of a build in the cache: whole, absent, or broken with the reason. */
export type Cached =
  | { state: "whole"; directory: string; manifest: Manifest }
  | { state: "absent"; directory: string }
  | { state: "broken"; directory: string; reason: string };

export const manifestName = "manifest.json";

/** The cache folder of a build: `…/njepa/tensorflow/2.21.0-cpu`. */
export function buildFolder(build: Build): string {
  return cacheFolder("tensorflow", `${build.version}-cpu`);
}

/** What is fetched for a build: TensorFlow's two libraries and its license. */
export function wheelFolderOf(build: Build): WheelFolder {
  const names = [build.framework, build.library, "include/LICENSE"].map((name) => `tensorflow/${name}`);
  return {
    title: `TensorFlow ${build.version}`,
    directory: buildFolder(build),
    wheels: [build],
    place: (name) => (names.includes(name) ? basename(name) : null),
    needed: () => names,
    libraries: [build.framework, build.library],
  };
}

export function cachedBuild(build: Build): Cached {
  return cachedFolder(wheelFolderOf(build));
}

/** A cached folder's state by names and sizes only, which is instant; `verifyCachedLibrary` reads every byte. */
export function cachedFolder({ directory, wheels, libraries }: WheelFolder): Cached {
  if (!existsSync(directory)) return { state: "absent", directory };
  const manifest = readManifest(join(directory, manifestName));
  if (typeof manifest === "string") return { state: "broken", directory, reason: manifest };
  const named = new Set(manifest.files.map((file) => file.name));
  const lacks = libraries.some((name) => !named.has(name));
  const others = manifest.wheels !== undefined && manifest.wheels.join() !== wheels.map(({ sha256 }) => sha256).join();
  if (lacks || others || manifest.version !== wheels[0]?.version) {
    return { state: "broken", directory, reason: `its ${manifestName} is of another build` };
  }
  for (const file of manifest.files) {
    const bytes = statSync(join(directory, file.name), { throwIfNoEntry: false })?.size;
    if (bytes !== file.bytes) {
      const got = bytes === undefined ? "is missing" : `has ${bytes} bytes`;
      return { state: "broken", directory, reason: `${file.name} ${got}, expected ${file.bytes}` };
    }
  }
  return { state: "whole", directory, manifest };
}

/** The files of a cached library whose SHA-256 differs from the manifest's; reads every byte. */
export async function verifyCachedLibrary(cached: Extract<Cached, { state: "whole" }>): Promise<string[]> {
  const damaged: string[] = [];
  for (const file of cached.manifest.files) {
    if ((await sha256OfFile(join(cached.directory, file.name))) !== file.sha256) damaged.push(file.name);
  }
  return damaged;
}

function readManifest(path: string): Manifest | string {
  let text: string;
  try {
    text = readFileSync(path, "utf8");
  } catch {
    return `it has no ${manifestName}, so an earlier fetch was cut short`;
  }
  try {
    const manifest = JSON.parse(text) as Partial<Manifest>;
    if (typeof manifest.version === "string" && Array.isArray(manifest.files)) return manifest as Manifest;
  } catch {}
  return `its ${manifestName} cannot be read`;
}
