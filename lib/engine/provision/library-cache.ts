import { existsSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { cacheFolder, sha256OfFile } from "../../system";
import { type Build, wheelsOf } from "./build";

/** Written last into a cached library's folder: the files that make it whole. */
export interface Manifest {
  package: string;
  version: string;
  /** The fetched wheels' SHA-256, TensorFlow's first; a cache of an earlier njepa names one wheel by its file instead. */
  wheels?: string[];
  files: { name: string; bytes: number; sha256: string }[];
}

/** What the cache has of a build: whole, absent, or broken with the reason. */
export type Cached =
  | { state: "whole"; directory: string; manifest: Manifest }
  | { state: "absent"; directory: string }
  | { state: "broken"; directory: string; reason: string };

export const manifestName = "manifest.json";

/** The cache folder of a build: `…/njepa/tensorflow/2.21.0-cpu`. */
export function buildFolder(build: Build): string {
  return cacheFolder("tensorflow", `${build.version}-${build.device}`);
}

/** The folder of a build's two libraries inside its cache folder. */
export function libraryFolder(build: Build): string {
  return join(buildFolder(build), build.folder);
}

/** Looks at names and sizes only, which takes no time; `verifyCachedLibrary` reads every byte. */
export function cachedBuild(build: Build): Cached {
  const directory = buildFolder(build);
  if (!existsSync(directory)) return { state: "absent", directory };
  const manifest = readManifest(join(directory, manifestName));
  if (typeof manifest === "string") return { state: "broken", directory, reason: manifest };
  const named = new Set(manifest.files.map((file) => file.name));
  const lacks = [build.framework, build.library].some((name) => !named.has(join(build.folder, name)));
  const wheels = wheelsOf(build).map((wheel) => wheel.sha256);
  const others = manifest.wheels !== undefined && manifest.wheels.join() !== wheels.join();
  if (lacks || others || manifest.version !== build.version) {
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

/** Reads every byte of a cached library and names the files whose SHA-256 is not the manifest's. */
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
