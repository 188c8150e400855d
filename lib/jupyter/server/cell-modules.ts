import { readFileSync } from "node:fs";
import Module, { createRequire } from "node:module";
import path from "node:path";
import { pathToFileURL } from "node:url";
import { Script } from "node:vm";

type NativeImport = (specifier: string) => Promise<unknown>;

/** Loads modules for cells: packages and files from the notebook's folder, its TypeScript files in compiled form. */
export class CellModules {
  readonly require: NodeJS.Require;
  readonly folder: string;
  /** Called before a cell imports a package, with the specifier that the cell uses. */
  onImport: (specifier: string) => void = () => {};
  readonly #compiled = new Map<string, string>();
  readonly #loaded = new Map<string, Module>();
  readonly #import: NativeImport;

  constructor(folder: string) {
    this.folder = folder;
    this.require = this.#wrapped(createRequire(path.join(folder, "cell.js")), folder);
    this.#import = nativeImport(path.join(folder, "cell.js"));
  }

  /** Adds newly compiled files of the notebook's own; imports get these from now on. */
  add(compiled: ReadonlyMap<string, string>): void {
    for (const [file, text] of compiled) {
      this.#compiled.set(path.normalize(file), text);
      this.#loaded.clear(); // modules that import a changed one are outdated, too
    }
  }

  /** A cell's `import(specifier)`: what a static import gives or, if Node loads it only asynchronously, `import()`. */
  readonly import: NativeImport = async (specifier) => {
    const text = String(specifier);
    try {
      const exports = this.require(text) as { __esModule?: boolean };
      return isNamespace(exports) ? exports : { ...exports, default: exports };
    } catch (error) {
      if (!onlyAsync.has((error as NodeJS.ErrnoException).code ?? "")) throw error;
      return this.#importNatively(text);
    }
  };

  async #importNatively(specifier: string): Promise<unknown> {
    try {
      return await this.#import(specifier);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== "ERR_MODULE_NOT_FOUND") throw error;
      // Node searches NODE_PATH, where our packages are, only for `require`.
      return this.#import(pathToFileURL(this.require.resolve(specifier)).href);
    }
  }

  #wrapped(require: NodeJS.Require, folder: string): NodeJS.Require {
    return new Proxy(require, {
      apply: (target, self, args: [string]) => {
        this.onImport(args[0]);
        const own = /^\.{1,2}\//.test(args[0]) ? this.#own(path.join(folder, args[0])) : undefined;
        return own === undefined ? Reflect.apply(target, self, args) : own.exports;
      },
    });
  }

  #own(place: string): Module | undefined {
    const typed = place.replace(/\.([cm]?)js$/, ".$1ts");
    const places = [
      place,
      `${place}.ts`,
      `${place}.tsx`,
      `${place}.js`,
      typed,
      `${typed}x`,
      path.join(place, "index.ts"),
    ];
    const file = places.find((one) => this.#compiled.has(one));
    if (file === undefined) return undefined;
    const loaded = this.#loaded.get(file);
    if (loaded !== undefined) return loaded;
    const module = new Module(file) as Module & { _compile(text: string, file: string): void };
    module.filename = file;
    // What the compiler makes of `import.meta`.
    Object.assign(module, { meta: { url: pathToFileURL(file).href, filename: file, dirname: path.dirname(file) } });
    module.paths = (Module as unknown as { _nodeModulePaths(folder: string): string[] })._nodeModulePaths(
      path.dirname(file),
    );
    module.require = this.#wrapped(createRequire(file), path.dirname(file)) as NodeJS.Module["require"];
    this.#loaded.set(file, module);
    try {
      module._compile(this.#compiled.get(file) ?? readFileSync(file, "utf8"), file);
    } catch (error) {
      this.#loaded.delete(file);
      throw error;
    }
    return module;
  }
}

const onlyAsync = new Set(["ERR_REQUIRE_ASYNC_MODULE", "ERR_REQUIRE_ESM", "ERR_PACKAGE_PATH_NOT_EXPORTED"]);

function isNamespace(exports: { __esModule?: boolean } | null): boolean {
  return exports?.__esModule === true || Object.prototype.toString.call(exports) === "[object Module]";
}

/** Node's own `import()`, as if called in that file. */
function nativeImport(file: string): NativeImport {
  const { constants } = require("node:vm") as { constants?: { USE_MAIN_CONTEXT_DEFAULT_LOADER?: symbol } };
  const loader = constants?.USE_MAIN_CONTEXT_DEFAULT_LOADER;
  const options = loader === undefined ? {} : { importModuleDynamically: loader as never };
  return new Script("(specifier) => import(specifier)", {
    filename: file,
    ...options,
  }).runInThisContext() as NativeImport;
}
