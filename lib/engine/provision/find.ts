import { existsSync } from "node:fs";
import { join, resolve } from "node:path";
import { EngineError, NjepaError } from "../../errors";
import type { OnProgress } from "../../system";
import { buildFor } from "./build";
import { fetchTensorFlow } from "./fetch";
import { libraryIn, libraryNames, type TensorFlowLibrary } from "./library";
import { buildFolder, cachedBuild } from "./library-cache";
import { pythonLibrary } from "./python";

export interface LibraryOptions {
  /** A folder that holds both shared libraries; overrides `NJEPA_TENSORFLOW`. */
  library?: string;
  /** Receives a line about once a second while a library is fetched, and one when a broken cache is set aside. */
  onProgress?: OnProgress;
}

/** What was found on this machine, and the places searched in vain before it, in order. */
export interface Location {
  library: TensorFlowLibrary | null;
  tried: string[];
}

/**
 * The library found on this machine, without fetching: in the folder in `NJEPA_TENSORFLOW`, this user's cache, or an
 * installed Python TensorFlow of the supported version.
 *
 * @throws {EngineError} when `NJEPA_TENSORFLOW` is set and does not hold both shared libraries
 */
export function locateTensorFlow(options: { library?: string } = {}): Location {
  const tried: string[] = [];
  const explicit = explicitLibrary(options.library);
  if (explicit !== null) return { library: explicit, tried };
  tried.push("NJEPA_TENSORFLOW: not set");

  const cached = cachedLibrary();
  if (typeof cached !== "string") return { library: cached, tried };
  tried.push(cached);

  const python = pythonLibrary();
  if (typeof python !== "string") return { library: python, tried };
  tried.push(`an installed Python TensorFlow: ${python}`);
  return { library: null, tried };
}

/**
 * The library to load: one on this machine, else one fetched into the user's cache with Python's pip.
 *
 * @throws {EngineError} when there is none, listing every place tried and what to do
 */
export async function findTensorFlow(options: LibraryOptions = {}): Promise<TensorFlowLibrary> {
  const { library, tried } = locateTensorFlow(options);
  if (library !== null) return library;
  try {
    return await fetchTensorFlow(buildFor(), options.onProgress);
  } catch (error) {
    if (!(error instanceof NjepaError)) throw error;
    const places = [...tried, `fetching: ${error.message}`].map((place) => `  - ${place}`).join("\n");
    throw new EngineError(
      `TensorFlow could neither be found on this machine nor fetched. Tried in this order:\n${places}`,
      {
        cause: error,
      },
    );
  }
}

function explicitLibrary(folder: string | undefined): TensorFlowLibrary | null {
  const stated = folder ?? process.env.NJEPA_TENSORFLOW;
  const what = folder === undefined ? "NJEPA_TENSORFLOW" : "library";
  if (stated === undefined || stated === "") return null;
  const directory = resolve(stated);
  const { framework, library } = libraryNames();
  for (const name of [framework, library]) {
    if (!existsSync(join(directory, name))) {
      throw new EngineError(
        `${what} is ${stated}: expected a folder that holds ${framework} and ${library}, but ${name} is not ` +
          `there. Correct it, or unset it so that TensorFlow is found or fetched.`,
      );
    }
  }
  return libraryIn(directory, null, "explicit");
}

function cachedLibrary(): TensorFlowLibrary | string {
  let build: ReturnType<typeof buildFor>;
  try {
    build = buildFor();
  } catch {
    return `the cache: holds nothing for ${process.platform}-${process.arch}`;
  }
  const cached = cachedBuild(build);
  if (cached.state === "absent") return `the cache: nothing in ${cached.directory}`;
  if (cached.state === "broken") return `the cache: ${cached.directory} is not whole: ${cached.reason}`;
  return libraryIn(buildFolder(build), build.version, "cache");
}
