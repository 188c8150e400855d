import { existsSync } from "node:fs";
import path from "node:path";

/** The node_modules folder that contains us by name: a checkout's (through its workspace) or an installation's. */
export function ownModulesFolder(from: string): string | undefined {
  for (let folder = from; ; folder = path.dirname(folder)) {
    const modules = path.join(folder, "node_modules");
    if (existsSync(path.join(modules, "njepa", "package.json"))) return modules;
    if (path.dirname(folder) === folder) return undefined;
  }
}
