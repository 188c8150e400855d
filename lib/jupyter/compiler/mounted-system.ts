import { existsSync } from "node:fs";
import path from "node:path";
import type ts from "typescript";

/**
 * A file system in which the root folder's node_modules appears to be `modules`. TypeScript climbs from the notebook's
 * folder to the root and looks in each node_modules, so it looks there last; real paths lead out of the mount, so
 * everything after that is ordinary.
 *
 * @param modules absolute path of a node_modules folder
 */
export function mountedSystem(system: ts.System, modules: string | undefined): ts.System {
  const mount = `${path.parse(process.cwd()).root.replaceAll("\\", "/")}node_modules`;
  if (modules === undefined || existsSync(mount)) return system;
  const target = modules.replaceAll("\\", "/");
  const real = (file: string) =>
    file === mount || file.startsWith(`${mount}/`) ? target + file.slice(mount.length) : file;
  return {
    ...system,
    fileExists: (file) => system.fileExists(real(file)),
    directoryExists: (folder) => system.directoryExists(real(folder)),
    getDirectories: (folder) => system.getDirectories(real(folder)),
    readFile: (file, encoding) => system.readFile(real(file), encoding),
    realpath: (file) => system.realpath?.(real(file)) ?? real(file),
  };
}
