import { existsSync } from "node:fs";
import path from "node:path";
import type { CellSources, MapPayload } from "../cell-source";

/** The calls by which the TypeScript of a cell looks at files; a part of `ts.System`. */
interface FileSystem {
  fileExists(path: string): boolean;
  directoryExists(path: string): boolean;
  readFile(path: string, encoding?: string): string | undefined;
  realpath?(path: string): string;
}
interface Transpiled {
  outputText: string;
  sourceMapText?: string;
}
interface TypeScriptModule {
  createWatchCompilerHost(rootFiles: string[], options: object, system: FileSystem, ...rest: unknown[]): object;
  transpileModule(text: string, how: { compilerOptions: object }): Transpiled;
}

/** Where the TypeScript is that tslab brings for cells. */
export function cellTypeScript(): string {
  const tslab = path.dirname(require.resolve("tslab/package.json"));
  return require.resolve("@tslab/typescript-for-tslab", { paths: [tslab] });
}

/**
 * Gives tslab, which is not loaded yet, a TypeScript that finds the types in `modules` from any folder and that tells `sources`
 * which line of a cell each compiled line comes from.
 *
 * @param modules absolute path of a node_modules folder
 */
export function adaptTypeScript({ modules, sources }: { modules: string | undefined; sources: CellSources }): void {
  const id = cellTypeScript();
  const typescript = require(id) as TypeScriptModule;
  const cached = require.cache[id];
  if (cached === undefined) return;
  // Its exports are read-only getters, so tslab is handed a copy with some of them replaced.
  cached.exports = {
    ...typescript,
    createWatchCompilerHost: (files: string[], options: object, system: FileSystem, ...rest: unknown[]) =>
      typescript.createWatchCompilerHost(
        files,
        { ...options, inlineSourceMap: true },
        modules === undefined ? system : withMount(system, modules),
        ...rest,
      ),
    transpileModule: (text: string, how: { compilerOptions: object }) => transpile(typescript, sources, text, how),
  };
}

/** tslab compiles a cell to a module, and that to what Node runs; this is the second, and both maps are here. */
function transpile(
  typescript: TypeScriptModule,
  sources: CellSources,
  text: string,
  how: { compilerOptions: object },
): Transpiled {
  const comment = /\n?\/\/# sourceMappingURL=data:application\/json;base64,([A-Za-z0-9+/=]+)\s*$/;
  const encoded = text.match(comment)?.[1];
  const first = encoded ? (JSON.parse(Buffer.from(encoded, "base64").toString()) as MapPayload) : undefined;
  if (!first?.sources.some((name) => name.endsWith("__tslab__.ts"))) return typescript.transpileModule(text, how);
  const compilerOptions = { ...how.compilerOptions, sourceMap: true };
  const result = typescript.transpileModule(text.replace(comment, ""), { ...how, compilerOptions });
  const compiled = result.outputText.replace(/\n?\/\/# sourceMappingURL=.*\s*$/, "");
  const second = JSON.parse(result.sourceMapText ?? "{}") as MapPayload;
  return { ...result, outputText: sources.add(compiled, [second, first]) };
}

/**
 * TypeScript climbs from the notebook's folder to the root of the file system and looks into each node_modules. The last one
 * it looks into, the root's, is made to appear to be `modules`; real paths leave the mount, so all that follows is ordinary.
 */
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
