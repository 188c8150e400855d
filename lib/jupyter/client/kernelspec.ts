import { existsSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import path from "node:path";
import { KernelError } from "../../errors";
import { compiledFile, makeFolderSync } from "../../system";
import { internalsOptions } from "../node-internals";
import { activePrefix, jupyterDataFolder, jupyterDataFolders, prefixDataFolder } from "./jupyter-paths";

/** Where a kernel is installed: for this user (the default), under a prefix, or in the active Python environment. */
export interface KernelPlace {
  user?: boolean;
  prefix?: string;
  sysPrefix?: boolean;
}

/** A kernel as Jupyter would list it. */
export interface InstalledKernel {
  name: string;
  displayName: string;
  language: string;
  folder: string;
  /** Absolute paths in its command line that no longer exist: a Node or a checkout that moved. */
  missing: string[];
}

/** The content of a kernel.json. */
export interface KernelSpec {
  argv: string[];
  display_name: string;
  language: string;
  interrupt_mode: "signal" | "message";
  metadata: Record<string, unknown>;
}

const kernelName = "njepa";

/** The command line of our kernel with absolute paths, so that it starts from any folder and without PATH. */
export function kernelCommand(): string[] {
  return [process.execPath, ...internalsOptions(), kernelLauncher(), "{connection_file}"];
}

/** The compiled file that a kernel's Node runs. */
export function kernelLauncher(): string {
  const launcher = compiledFile("jupyter", "server", "launch.js");
  if (!existsSync(launcher)) {
    throw new KernelError(`the kernel is not compiled: ${launcher} is missing; run \`npm run build\` in the checkout`);
  }
  return launcher;
}

export function kernelSpec(): KernelSpec {
  return {
    argv: kernelCommand(),
    display_name: "N-JEPA (TypeScript)",
    language: "typescript",
    interrupt_mode: "message",
    metadata: { debugger: false },
  };
}

/**
 * Makes our kernel known to JupyterLab, nbclient and others on this machine; needs no Python.
 *
 * @returns the folder of the kernel.json
 * @throws {KernelError} when the library is not compiled, no environment is active, or the folder cannot be written
 */
export function installKernel(place: KernelPlace = {}): string {
  const folder = kernelFolder(place);
  const spec = `${JSON.stringify(kernelSpec(), null, 2)}\n`;
  try {
    makeFolderSync(folder);
    const file = path.join(folder, "kernel.json");
    const temporary = `${file}.${process.pid}.tmp`;
    writeFileSync(temporary, spec);
    renameSync(temporary, file);
  } catch (error) {
    throw new KernelError(`the kernel cannot be installed in ${folder}: ${(error as Error).message}`, { cause: error });
  }
  return folder;
}

/** @returns the folder that was removed, or undefined when there was no kernel of ours */
export function removeKernel(place: KernelPlace = {}): string | undefined {
  const folder = kernelFolder(place);
  if (!existsSync(path.join(folder, "kernel.json"))) return undefined;
  rmSync(folder, { recursive: true });
  return folder;
}

/** The kernels that Jupyter would find, ours and others; where two share a name, the one that it takes. */
export function listKernels(places?: KernelPlace): InstalledKernel[] {
  const folders = places
    ? [path.dirname(kernelFolder(places))]
    : jupyterDataFolders().map((data) => path.join(data, "kernels"));
  const found = new Map<string, InstalledKernel>();
  for (const folder of folders) {
    for (const name of existsSync(folder) ? readdirSync(folder).sort() : []) {
      const kernel = readKernel(name, path.join(folder, name));
      if (kernel !== undefined && !found.has(name)) found.set(name, kernel);
    }
  }
  return [...found.values()];
}

function readKernel(name: string, folder: string): InstalledKernel | undefined {
  const file = path.join(folder, "kernel.json");
  if (!existsSync(file)) return undefined;
  try {
    const spec = JSON.parse(readFileSync(file, "utf8")) as Partial<KernelSpec>;
    const missing = (spec.argv ?? []).filter((part) => path.isAbsolute(part) && !existsSync(part));
    return { name, displayName: spec.display_name ?? name, language: spec.language ?? "unknown", folder, missing };
  } catch {
    return { name, displayName: `${name} (kernel.json cannot be read)`, language: "unknown", folder, missing: [file] };
  }
}

function kernelFolder({ user, prefix, sysPrefix }: KernelPlace): string {
  if ([user, prefix !== undefined, sysPrefix].filter(Boolean).length > 1) {
    throw new KernelError("a kernel goes to one place: the user's folder, a prefix, or the active environment");
  }
  return path.join(dataFolder(prefix, sysPrefix ?? false), "kernels", kernelName);
}

function dataFolder(prefix: string | undefined, sysPrefix: boolean): string {
  if (prefix !== undefined) return prefixDataFolder(prefix);
  if (!sysPrefix) return jupyterDataFolder();
  const active = activePrefix();
  if (active === undefined) {
    throw new KernelError(
      "no Python environment is active (VIRTUAL_ENV and CONDA_PREFIX are not set): activate one or name its folder as the prefix",
    );
  }
  return prefixDataFolder(active);
}
