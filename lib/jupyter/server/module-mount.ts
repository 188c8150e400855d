import Module from "node:module";
import path from "node:path";

/**
 * Lets Node import from `modules` whichever folder the notebook is in, after everything it finds from there by itself;
 * see `mountedSystem` for the types.
 *
 * @param modules absolute path of a node_modules folder
 */
export function mountModules(modules: string): void {
  const before = process.env.NODE_PATH;
  process.env.NODE_PATH = before ? [before, modules].join(path.delimiter) : modules;
  (Module as unknown as { _initPaths(): void })._initPaths();
  // Processes that a cell spawns should not inherit this.
  if (before === undefined) delete process.env.NODE_PATH;
  else process.env.NODE_PATH = before;
}
