import { spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { join, resolve } from "node:path";
import { EngineError, NjepaError } from "../../errors";
import { cacheFolder, type OnProgress } from "../../system";
import { driverProblem, nvidiaDriver } from "./driver";
import { fetchFolder } from "./fetch";
import { cachedFolder } from "./library-cache";
import type { WheelFolder } from "./pinned-wheel";
import { installedPlugins, type PluginBuild, type PluginKind, pluginBuilds } from "./plugin-builds";

/** A PJRT plugin on this machine's disk; nothing is loaded yet. */
export interface PjrtPlugin {
  path: string;
  /** Null for an explicit path, where only the plugin itself can tell. */
  kind: PluginKind | null;
  version: string | null;
  source: "explicit" | "cache" | "python" | "fetched";
}

export interface PluginLocation {
  plugin: PjrtPlugin | null;
  tried: string[];
}

/** This machine's best device: an NVIDIA GPU by the newest CUDA its driver runs, another accelerator, else the CPU. */
export function pluginKindHere(driver = nvidiaDriver(), has = existsSync): PluginKind {
  if (driverProblem(driver, 13) === null) return "cuda13";
  if (driverProblem(driver, 12) === null) return "cuda12";
  if (has("/dev/kfd")) return "rocm";
  if (has("/dev/accel0")) return "tpu";
  return "cpu";
}

/** @throws {EngineError} where an NVIDIA plugin, not loaded yet, would find no GPU */
export function requireDevice(kind: PluginKind | null, driver = nvidiaDriver()): void {
  if (kind !== "cuda13" && kind !== "cuda12") return;
  const problem = driverProblem(driver, kind === "cuda13" ? 13 : 12);
  if (problem === null) return;
  const older = kind === "cuda13" && driverProblem(driver, 12) === null ? ' or use the plugin "cuda12",' : "";
  throw new EngineError(
    `The PJRT plugin ${kind} finds no device: ${problem},${older} or compile with the backend "tensorflow".`,
  );
}

/**
 * The plugin found without fetching: at the path in `NJEPA_PJRT`, in this user's cache, or in a Python package.
 *
 * @throws {EngineError} when `NJEPA_PJRT` names no existing file
 */
export function locatePjrtPlugin(kind: PluginKind = pluginKindHere()): PluginLocation {
  const tried: string[] = [];
  const explicit = process.env.NJEPA_PJRT;
  if (explicit !== undefined && explicit !== "") {
    const path = resolve(explicit);
    if (!existsSync(path)) {
      throw new EngineError(
        `NJEPA_PJRT is ${explicit}: expected the path of a PJRT plugin (a shared library), and there is none. Correct it, ` +
          `or unset it so that one is found or fetched.`,
      );
    }
    return { plugin: { path, kind: null, version: null, source: "explicit" }, tried };
  }
  tried.push("NJEPA_PJRT: not set");
  const build = buildOf(kind);
  if (build) {
    const folder = folderOf(build);
    const cached = cachedFolder(folder);
    if (cached.state === "whole") return { plugin: pluginIn(build, "cache"), tried };
    tried.push(
      `the cache: ${cached.state === "broken" ? `${cached.directory} is not whole: ${cached.reason}` : `nothing in ${cached.directory}`}`,
    );
  }
  const installed = installedPlugin(kind);
  if (installed) return { plugin: { path: installed, kind, version: null, source: "python" }, tried };
  tried.push(`an installed Python package: none has ${installedPlugins[kind].join(" or ")}`);
  return { plugin: null, tried };
}

/**
 * The plugin to load: one on this machine, else one fetched into the user's cache with Python's pip.
 *
 * @throws {EngineError} when there is none, listing every place tried and what to do
 */
export async function findPjrtPlugin(
  kind: PluginKind = pluginKindHere(),
  onProgress: OnProgress = () => {},
): Promise<PjrtPlugin> {
  const { plugin, tried } = locatePjrtPlugin(kind);
  if (plugin) return plugin;
  const build = buildOf(kind);
  try {
    if (!build) {
      throw new EngineError(
        `no plugin for ${kind} is known for ${process.platform}-${process.arch}; install the Python package that has it, ` +
          `or set NJEPA_PJRT to its path`,
      );
    }
    await fetchFolder(folderOf(build), onProgress);
    return pluginIn(build, "fetched");
  } catch (error) {
    if (!(error instanceof NjepaError)) throw error;
    const places = [...tried, `fetching: ${error.message}`].map((place) => `  - ${place}`).join("\n");
    throw new EngineError(
      `A PJRT plugin for ${kind} could neither be found on this machine nor fetched. Tried in this order:\n${places}`,
      { cause: error },
    );
  }
}

function buildOf(kind: PluginKind): PluginBuild | undefined {
  const machine = `${process.platform}-${process.arch}`;
  return pluginBuilds.find((build) => build.kind === kind && build.machine === machine);
}

function folderOf({ kind, library, wheels }: PluginBuild): WheelFolder {
  const [own] = wheels as [PluginBuild["wheels"][number]];
  return {
    title: `the PJRT plugin ${own.package} ${own.version}`,
    directory: cacheFolder("pjrt", `${kind}-${own.version}`),
    wheels,
    place: (name) => (name === library || /^nvidia\/\w+\/(lib|bin|nvvm)\/(?!.*\.(a|h)$)/.test(name) ? name : null),
    needed: (wheel) => (wheel === own ? [library] : []),
    libraries: [library],
  };
}

function pluginIn(build: PluginBuild, source: "cache" | "fetched"): PjrtPlugin {
  const { directory } = folderOf(build);
  return { path: join(directory, build.library), kind: build.kind, version: build.wheels[0]?.version ?? null, source };
}

function installedPlugin(kind: PluginKind): string | null {
  const question =
    "import json, site, sysconfig; print(json.dumps([sysconfig.get_path('purelib'), site.getusersitepackages()]))";
  for (const python of ["python3", "python"]) {
    const { stdout, status } = spawnSync(python, ["-c", question], { encoding: "utf8", timeout: 20_000 });
    if (status !== 0) continue;
    const folders = JSON.parse(stdout) as string[];
    const paths = folders.flatMap((folder) => installedPlugins[kind].map((name) => join(folder, name)));
    const found = paths.find((path) => existsSync(path));
    if (found) return found;
  }
  return null;
}
