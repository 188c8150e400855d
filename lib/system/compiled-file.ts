import { existsSync } from "node:fs";
import { dirname, join } from "node:path";

/**
 * The path of a compiled file of this library, or of a folder of them, for whatever is started by path: a kernel, a
 * worker process, a cluster task. The same whether the caller is compiled or run from source.
 *
 * @param parts below `dist`: `"jupyter", "server", "launch.js"`; without any: the folder of all compiled files
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
