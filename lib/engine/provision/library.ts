import { join } from "node:path";
import { EngineError } from "../../errors";

/** TensorFlow's two shared libraries on this machine's disk; nothing is loaded yet. */
export interface TensorFlowLibrary {
  /** The folder that holds both. */
  directory: string;
  /** Path of libtensorflow_framework, which must be loaded first and with global symbols. */
  framework: string;
  /** Path of libtensorflow_cc, which holds the C API. */
  library: string;
  /** Version stated by its package; null for an explicit folder, where only `TF_Version` can tell. */
  version: string | null;
  source: "explicit" | "cache" | "python" | "fetched";
}

/** What the two shared libraries are called on a platform. */
export function libraryNames(platform: NodeJS.Platform = process.platform): { framework: string; library: string } {
  return platform === "darwin"
    ? { framework: "libtensorflow_framework.2.dylib", library: "libtensorflow_cc.2.dylib" }
    : { framework: "libtensorflow_framework.so.2", library: "libtensorflow_cc.so.2" };
}

/** The library's paths in a folder; does not check whether it is there. */
export function libraryIn(
  directory: string,
  version: string | null,
  source: TensorFlowLibrary["source"],
): TensorFlowLibrary {
  const names = libraryNames();
  return {
    directory,
    framework: join(directory, names.framework),
    library: join(directory, names.library),
    version,
    source,
  };
}

/** The version whose C API this package was written against, as `major.minor`. */
export const supportedVersion = "2.21";

/** Whether a version such as `2.21.0` or `2.21.0-rc1` is one of the supported ones. */
export function isSupportedVersion(version: string): boolean {
  return version === supportedVersion || version.startsWith(`${supportedVersion}.`);
}

/**
 * Checks the `TF_Version()` of a loaded library.
 *
 * @throws {EngineError} when it is not a supported version
 */
export function requireSupportedVersion(version: string, library: TensorFlowLibrary): void {
  if (isSupportedVersion(version)) return;
  const remedy = {
    explicit: "Point NJEPA_TENSORFLOW at another folder, or unset it so that the right version is found or fetched.",
    cache: `Delete ${library.directory} and run "npm run setup" to fetch it again.`,
    fetched: `Delete ${library.directory} and run "npm run setup" to fetch it again.`,
    python: `Install tensorflow ${supportedVersion} in that Python, or set NJEPA_TENSORFLOW to another folder.`,
  }[library.source];
  throw new EngineError(
    `The TensorFlow in ${library.directory} (${library.source}) is of a version this package was not written for: ` +
      `expected ${supportedVersion}.x, got ${version}. ${remedy}`,
  );
}
