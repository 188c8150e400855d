import { existsSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { EngineError, NjepaError } from "../../errors";
import { cacheFolder, invocation, namesIfThereSync, type OnProgress } from "../../system";
import { cuda12Wheels, cuda13Wheels, isWanted } from "./cuda-wheels";
import { driverProblem, nvidiaDriver } from "./driver";
import { fetchFolder } from "./fetch";
import { cachedFolder } from "./library-cache";
import type { WheelFolder } from "./pinned-wheel";
import { installedPlugins, type PluginBuild, type PluginKind, pluginBuilds } from "./plugin-builds";
import { askPython } from "./python";

/** A PJRT plugin on this machine's disk; nothing is loaded yet. */
export interface PjrtPlugin {
  path: string;
  /** Null for an explicit path, where only the plugin itself can tell. */
  kind: PluginKind | null;
  version: string | null;
  source: "explicit" | "cache" | "python" | "fetched";
}

/** What a plugin is for. To run on a GPU, NVIDIA's needs CUDA's libraries beside it; to compile for one, it does not. */
export type PluginUse = "run" | "compile";

export interface PluginOptions {
  /** Default `run`. */
  use?: PluginUse;
  /** Receives a line about once a second while it is fetched. */
  onProgress?: OnProgress;
  /** Fetch NVIDIA's even where no driver could use it, for other machines that share the cache. Default false. */
  withoutDriver?: boolean;
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

/** This machine's accelerator; where none shows, NVIDIA's newest, whose error says what is missing. */
export function acceleratorHere(driver = nvidiaDriver(), has = existsSync): PluginKind {
  const kind = pluginKindHere(driver, has);
  return kind === "cpu" ? "cuda13" : kind;
}

/** NVIDIA's packages that XLA opens, by the names of their folders. */
const openedPackages = new Set([...cuda12Wheels, ...cuda13Wheels].map((wheel) => wheel.package.replaceAll("-", "_")));

/**
 * NVIDIA's packages beside a plugin, such as `nvidia_cublas 13.10.0.20`: other versions may compute other last bits.
 * Those that XLA does not open, which an installed JAX or PyTorch brings too, are not among them.
 */
export function librariesBeside(plugin: string): string[] {
  const folder = dirname(dirname(dirname(plugin)));
  const parts = namesIfThereSync(folder).flatMap((name) => {
    const [, part, version] = /^(nvidia_\w+)-([\d.]+)\.dist-info$/.exec(name) ?? [];
    return part && version && openedPackages.has(part) ? [`${part} ${version}`] : [];
  });
  return parts.sort();
}

/** @throws {EngineError} where an NVIDIA plugin, not loaded yet, would find no GPU */
export function requireDevice(kind: PluginKind | null, driver = nvidiaDriver()): void {
  if (kind !== "cuda13" && kind !== "cuda12") return;
  const problem = driverProblem(driver, kind === "cuda13" ? 13 : 12);
  if (problem === null) return;
  const older = kind === "cuda13" && driverProblem(driver, 12) === null ? ' or use the plugin "cuda12",' : "";
  throw new EngineError(
    `The PJRT plugin ${kind} finds no device: ${problem},${older} or use the device "cpu". To fetch it for machines that share this cache: ` +
      `"${invocation("setup", "--device gpu --without-driver")}".`,
  );
}

/**
 * The plugin found without fetching: at the path in `NJEPA_PJRT`, in this user's cache, or in a Python package.
 *
 * @throws {EngineError} when `NJEPA_PJRT` names no existing file
 */
export function locatePjrtPlugin(kind: PluginKind = pluginKindHere(), use: PluginUse = "run"): PluginLocation {
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
  // What can run can compile.
  const uses: PluginUse[] = use === "run" || build?.runtime.length === 0 ? ["run"] : ["run", "compile"];
  for (const each of build ? uses : []) {
    const cached = cachedFolder(pluginFolder(build as PluginBuild, each));
    if (cached.state === "whole") return { plugin: pluginIn(build as PluginBuild, each, "cache"), tried };
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
  { use = "run", onProgress = () => {}, withoutDriver = false }: PluginOptions = {},
): Promise<PjrtPlugin> {
  const { plugin, tried } = locatePjrtPlugin(kind, use);
  if (plugin) return plugin;
  // Before gigabytes are fetched in vain.
  if (use === "run" && !withoutDriver) requireDevice(kind);
  const build = buildOf(kind);
  try {
    if (!build) {
      throw new EngineError(
        `no plugin for ${kind} is known for ${process.platform}-${process.arch}; install the Python package that has it, ` +
          `or set NJEPA_PJRT to its path`,
      );
    }
    await fetchFolder(pluginFolder(build, use), onProgress);
    return pluginIn(build, use, "fetched");
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

/** The cached folder of a build, and what is fetched into it. */
export function pluginFolder({ kind, library, wheels, runtime }: PluginBuild, use: PluginUse): WheelFolder {
  const [own] = wheels as [PluginBuild["wheels"][number]];
  const isWhole = use === "run" && runtime.length > 0;
  return {
    title: `the PJRT plugin ${own.package} ${own.version}`,
    directory: cacheFolder("pjrt", `${kind}-${own.version}${isWhole ? "-runtime" : ""}`),
    wheels: isWhole ? [...wheels, ...runtime] : wheels,
    place: (name) => (name === library || isWanted(name) ? name : null),
    needed: (wheel) => (wheel === own ? [library] : []),
    libraries: [library],
  };
}

function pluginIn(build: PluginBuild, use: PluginUse, source: "cache" | "fetched"): PjrtPlugin {
  const { directory } = pluginFolder(build, use);
  return { path: join(directory, build.library), kind: build.kind, version: build.wheels[0]?.version ?? null, source };
}

function installedPlugin(kind: PluginKind): string | null {
  const question =
    "import json, site, sysconfig; print(json.dumps([sysconfig.get_path('purelib'), site.getusersitepackages()]))";
  for (const python of ["python3", "python"]) {
    const said = askPython(python, question);
    const answer = typeof said === "string" || !Array.isArray(said.answer) ? [] : said.answer;
    const folders = answer.filter((folder) => typeof folder === "string");
    const paths = folders.flatMap((folder) => installedPlugins[kind].map((name) => join(folder, name)));
    const found = paths.find((path) => existsSync(path));
    if (found) return found;
  }
  return null;
}
