import { existsSync } from "node:fs";
import Module from "node:module";
import path from "node:path";

/** The calls by which the TypeScript of a cell looks at files; a part of `ts.System`. */
interface FileSystem {
  fileExists(path: string): boolean;
  directoryExists(path: string): boolean;
  readFile(path: string, encoding?: string): string | undefined;
  realpath?(path: string): string;
}
interface TypeScriptModule {
  createWatchCompilerHost(rootFiles: string[], options: object, system: FileSystem, ...rest: unknown[]): object;
}

/** The node_modules that has us, by name, in it: a checkout's (through its workspace) or an installation's. */
export function ownModulesFolder(from: string): string | undefined {
  for (let folder = from; ; folder = path.dirname(folder)) {
    const modules = path.join(folder, "node_modules");
    if (existsSync(path.join(modules, "njepa", "package.json"))) return modules;
    if (path.dirname(folder) === folder) return undefined;
  }
}

/**
 * Lets cells import from `modules` whatever folder the notebook is in, after all that Node finds from there by itself.
 *
 * @param modules absolute path of a node_modules folder
 */
export function mountModules(modules: string): void {
  mountForNode(modules);
  mountForTypes(modules);
}

function mountForNode(modules: string): void {
  const before = process.env.NODE_PATH;
  process.env.NODE_PATH = before ? [before, modules].join(path.delimiter) : modules;
  (Module as unknown as { _initPaths(): void })._initPaths();
  // What a cell spawns is not ours to steer.
  if (before === undefined) delete process.env.NODE_PATH;
  else process.env.NODE_PATH = before;
}

/**
 * TypeScript climbs from the notebook's folder to the root of the file system and looks into each node_modules. The last one
 * it looks into, the root's, is made to appear to be `modules`; real paths leave the mount, so all that follows is ordinary.
 */
function mountForTypes(modules: string): void {
  const tslab = path.dirname(require.resolve("tslab/package.json"));
  const id = require.resolve("@tslab/typescript-for-tslab", { paths: [tslab] });
  const typescript = require(id) as TypeScriptModule;
  const cached = require.cache[id];
  if (cached === undefined) return;
  // Its exports are read-only getters, so tslab is handed a copy with one of them replaced.
  cached.exports = {
    ...typescript,
    createWatchCompilerHost: (rootFiles: string[], options: object, system: FileSystem, ...rest: unknown[]) =>
      typescript.createWatchCompilerHost(rootFiles, options, withMount(system, modules), ...rest),
  };
}

function withMount(system: FileSystem, modules: string): FileSystem {
  const mount = `${path.parse(process.cwd()).root.replaceAll("\\", "/")}node_modules`;
  if (existsSync(mount)) return system;
  const target = modules.replaceAll("\\", "/");
  const real = (file: string) =>
    file === mount || file.startsWith(`${mount}/`) ? target + file.slice(mount.length) : file;
  return Object.assign(Object.create(system) as FileSystem, {
    fileExists: (file: string) => system.fileExists(real(file)),
    directoryExists: (folder: string) => system.directoryExists(real(folder)),
    readFile: (file: string, encoding?: string) => system.readFile(real(file), encoding),
    realpath: (file: string) => system.realpath?.(real(file)) ?? real(file),
  });
}
