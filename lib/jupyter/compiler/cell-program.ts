import { statSync } from "node:fs";
import path from "node:path";
import type ts from "typescript";
import { joinProgram, type ResolvedModules, resolvedModules } from "./guest-file";
import { mountedSystem } from "./mounted-system";
import { PackageFiles } from "./package-files";
import { type BoundFile, cellTypeScript } from "./typescript";

/** A cell in its program, after all cells before it. */
export interface CellInProgram {
  readonly program: ts.Program;
  readonly checker: ts.TypeChecker;
  readonly file: BoundFile;
  /** What the cells before it declared; latest first. */
  readonly before: readonly BoundFile[];
}

/** Cells that one checker checks; it keeps something of each. */
const mostGuests = 64;

/**
 * One program that is kept warm: for each cell only two small files in it are new.
 *
 * A cell that imports nothing new is not even made part of it: the program there is checks the two files as guests.
 */
export class CellProgram {
  readonly folder: string;
  readonly packages: PackageFiles;
  readonly #typescript = cellTypeScript();
  readonly #options: ts.CompilerOptions;
  readonly #host: ts.CompilerHost;
  readonly #cellFile: string;
  /** Folder of this compiled library: a package like any other, although in a checkout it lies outside node_modules. */
  readonly #library = `${path.join(__dirname, "..", "..").replaceAll("\\", "/")}/`;
  /** The notebook's own files, which may change between cells. */
  readonly #files = new Map<string, { file: ts.SourceFile | undefined; changed: number }>();
  /** Cells that are modules, by file name. */
  readonly #modules = new Map<string, ts.SourceFile>();
  #cell: ts.SourceFile | undefined;
  /** Files of declarations in the program, by name. */
  #before = new Map<string, ts.SourceFile>();
  /** Those of the last cell, which may be guests. */
  #last: readonly ts.SourceFile[] = [];
  #program: ts.Program | undefined;
  #modulesFound: ResolvedModules = new Map();
  #guests = 0;

  /**
   * @param folder where relative imports are resolved
   * @param modules absolute path of a node_modules folder whose types are found from any folder
   */
  constructor(folder: string, modules: string | undefined) {
    this.folder = folder.replaceAll("\\", "/");
    const system = mountedSystem(this.#typescript.sys, modules);
    this.#cellFile = `${this.folder}/__cell__.ts`;
    this.#options = this.#compilerOptions(system);
    this.#host = this.#compilerHost(system);
    this.packages = new PackageFiles((name) => system.readFile(name));
  }

  /** @param before declarations of all cells before this one, oldest file first */
  update(text: string, before: readonly string[]): CellInProgram {
    return this.#asGuest(text, before) ?? this.#inNewProgram(text, before);
  }

  #inNewProgram(text: string, before: readonly string[]): CellInProgram {
    this.#cell = this.#parse(this.#cellFile, text);
    const files = before.map((declarations, at) => this.#beforeFile(at, declarations));
    this.#before = new Map(files.map((file) => [file.fileName, file]));
    const rootNames = [...this.#before.keys(), this.#cellFile, ...this.#modules.keys()];
    const old = this.#program ? { oldProgram: this.#program } : {};
    const program = this.#typescript.createProgram({ rootNames, options: this.#options, host: this.#host, ...old });
    this.#program = program;
    this.#modulesFound = resolvedModules([...files, this.#cell]);
    this.#guests = 0;
    return this.#chained(program, files, this.#cell);
  }

  /** The cell checked by the program there is; undefined if that does not know everything that the cell needs. */
  #asGuest(text: string, before: readonly string[]): CellInProgram | undefined {
    const program = this.#program;
    // The notebook's own files may have changed.
    if (program === undefined || this.#files.size + this.#modules.size > 0 || this.#guests === mostGuests)
      return undefined;
    this.#guests += 1;
    const joined = (name: string, content: string) => {
      const file = this.#parse(name, content);
      return joinProgram(file, this.#options, this.#modulesFound) ? file : undefined;
    };
    const cell = joined(`${this.folder}/__cell-${this.#guests}__.ts`, text);
    if (cell === undefined) return undefined;
    const files: ts.SourceFile[] = [];
    for (const [at, declarations] of before.entries()) {
      const known = this.#last[at];
      const file =
        known?.text === declarations
          ? known
          : joined(`${this.folder}/__before-${at}-${this.#guests}__.d.ts`, declarations);
      if (file === undefined) return undefined;
      files.push(file);
    }
    return this.#chained(program, files, cell);
  }

  /** Names that a file does not declare are looked up in the file around it: that of the cells before. */
  #chained(program: ts.Program, before: readonly ts.SourceFile[], file: ts.SourceFile): CellInProgram {
    const chain = [...before, file];
    for (const [at, one] of chain.entries()) if (at > 0) (one as { parent: ts.Node }).parent = chain[at - 1] as ts.Node;
    this.#last = before;
    // Node 20 builds a snapshot without `toReversed`.
    return { program, checker: program.getTypeChecker(), file, before: [...before].reverse() };
  }

  #beforeFile(at: number, text: string): ts.SourceFile {
    const name = `${this.folder}/__before-${at}__.d.ts`;
    const known = this.#before.get(name);
    return known?.text === text ? known : this.#parse(name, text);
  }

  /** Adds a cell as a module under its name, or replaces it. */
  addModule(name: string, text: string): void {
    const file = `${this.folder}/${name}.ts`;
    this.#modules.set(file, this.#parse(file, text));
  }

  /** The notebook's own files that the cell imports; they are compiled with it. */
  ownFiles({ program, file }: CellInProgram): ts.SourceFile[] {
    return program
      .getSourceFiles()
      .filter(
        (one) =>
          one !== file &&
          one !== this.#cell &&
          !one.isDeclarationFile &&
          !program.isSourceFileFromExternalLibrary(one) &&
          !one.fileName.endsWith(".json"),
      );
  }

  #parse(name: string, text: string): ts.SourceFile {
    return this.#typescript.createSourceFile(name, text, this.#typescript.ScriptTarget.ES2022, true);
  }

  #compilerOptions(system: ts.System): ts.CompilerOptions {
    const { ModuleKind, ModuleResolutionKind, ScriptTarget, JsxEmit, NewLineKind } = this.#typescript;
    return {
      module: ModuleKind.ESNext,
      moduleResolution: ModuleResolutionKind.Node10,
      esModuleInterop: true,
      target: ScriptTarget.ES2022,
      lib: ["lib.es2022.d.ts"],
      declaration: true,
      sourceMap: true,
      newLine: NewLineKind.LineFeed,
      experimentalDecorators: true,
      resolveJsonModule: true,
      jsx: JsxEmit.React,
      types: ["node"],
      typeRoots: this.#typeRoots(system),
      allowJs: true,
      skipLibCheck: true,
      rootDir: this.folder,
      outDir: "compiled",
    };
  }

  /** Node's types are found beside the notebook or, where there are none, beside tslab. */
  #typeRoots(system: ts.System): string[] {
    const host = { directoryExists: system.directoryExists, getCurrentDirectory: () => this.folder };
    const roots = this.#typescript.getEffectiveTypeRoots({}, host) ?? [];
    const found = roots.some((root) => system.fileExists(`${root}/node/package.json`));
    if (found) return roots;
    const tslab = path.dirname(require.resolve("tslab/package.json"));
    const types = path.dirname(path.dirname(require.resolve("@types/node/package.json", { paths: [tslab] })));
    return [...roots, types];
  }

  #compilerHost(system: ts.System): ts.CompilerHost {
    const typescript = this.#typescript;
    const library = path.dirname(system.getExecutingFilePath());
    const own = (name: string) =>
      name === this.#cellFile ? this.#cell : (this.#before.get(name) ?? this.#modules.get(name));
    return {
      getSourceFile: (name) => own(name) ?? this.#read(name, system),
      getDefaultLibLocation: () => library,
      getDefaultLibFileName: (options) => path.join(library, typescript.getDefaultLibFileName(options)),
      getCurrentDirectory: () => this.folder,
      getCanonicalFileName: (name) => name,
      useCaseSensitiveFileNames: () => true,
      getNewLine: () => "\n",
      fileExists: (name) => own(name) !== undefined || system.fileExists(name),
      readFile: (name) => own(name)?.text ?? system.readFile(name),
      directoryExists: (name) => system.directoryExists(name),
      getDirectories: (name) => system.getDirectories(name),
      realpath: (name) => system.realpath?.(name) ?? name,
      writeFile: () => {},
    };
  }

  #read(name: string, system: ts.System): ts.SourceFile | undefined {
    if (name.includes("/node_modules/") || name.startsWith(this.#library)) return this.packages.get(name);
    const known = this.#files.get(name);
    const changed = statSync(name, { throwIfNoEntry: false })?.mtimeMs ?? -1;
    if (known?.changed === changed) return known.file;
    const text = system.readFile(name);
    const file = text === undefined ? undefined : this.#parse(name, text);
    this.#files.set(name, { file, changed });
    return file;
  }
}
