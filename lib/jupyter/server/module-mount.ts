import { existsSync } from "node:fs";
import Module from "node:module";
import path from "node:path";

/** The node_modules that has us, by name, in it: a checkout's (through its workspace) or an installation's. */
export function ownModulesFolder(from: string): string | undefined {
  for (let folder = from; ; folder = path.dirname(folder)) {
    const modules = path.join(folder, "node_modules");
    if (existsSync(path.join(modules, "njepa", "package.json"))) return modules;
    if (path.dirname(folder) === folder) return undefined;
  }
}

/**
 * Lets Node import from `modules` whatever folder the notebook is in, after all that it finds from there by itself; see
 * `mountedSystem` for the types.
 *
 * @param modules absolute path of a node_modules folder
 */
export function mountModules(modules: string): void {
  const before = process.env.NODE_PATH;
  process.env.NODE_PATH = before ? [before, modules].join(path.delimiter) : modules;
  (Module as unknown as { _initPaths(): void })._initPaths();
  // What a cell spawns is not ours to steer.
  if (before === undefined) delete process.env.NODE_PATH;
  else process.env.NODE_PATH = before;
}
