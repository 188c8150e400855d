import { existsSync } from "node:fs";
import { dirname, join } from "node:path";

/**
 * A compiled file of this library, or a folder of them, for what must be started by its path: a kernel, a worker process,
 * a cluster's task. The same whether the caller was compiled or is run from its source.
 *
 * @param parts below `dist`: `"jupyter", "server", "launch.js"`; none: the folder of all compiled files
 */
export function compiledFile(...parts: string[]): string {
  return join(packageFolder(), "dist", ...parts);
}

function packageFolder(): string {
  for (let folder = __dirname; folder !== dirname(folder); folder = dirname(folder)) {
    if (existsSync(join(folder, "package.json"))) return folder;
  }
  throw new Error(`no package.json above ${__dirname}: the installation of njepa is damaged`);
}
