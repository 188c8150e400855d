import Module from "node:module";
import path from "node:path";
import type ts from "typescript";
import type { CachedModule } from "./code-cache";
import { snapshotContent } from "./snapshot-content";

/** TypeScript with the internals that tslab's build of it shows and that are used here. */
export type TypeScript = typeof ts & {
  bindSourceFile(file: ts.SourceFile, options: ts.CompilerOptions): void;
  isExpressionNode(node: ts.Node): boolean;
  /** Without parentheses, type assertions and the like around it. */
  skipOuterExpressions(node: ts.Expression): ts.Expression;
  skipParentheses(node: ts.Expression): ts.Expression;
  findPrecedingToken(position: number, file: ts.SourceFile): ts.Node | undefined;
  findNextToken(previous: ts.Node, parent: ts.Node, file: ts.SourceFile): ts.Node | undefined;
  getQuickInfoAtPosition(
    file: ts.SourceFile,
    checker: ts.TypeChecker,
    cancellation: object,
    position: number,
  ): ts.QuickInfo | undefined;
  Completions: { getCompletionsAtPositionForTslab(...args: unknown[]): ts.CompletionInfo | undefined };
};

/** A file with what the binder has found in it. */
export type BoundFile = ts.SourceFile & { locals?: Map<string, ts.Symbol> };

/** What a file's own name stands for. The binder writes one more underscore before a name that begins with two. */
export function symbolNamed(name: string, file: BoundFile): ts.Symbol | undefined {
  return file.locals?.get(cellTypeScript().escapeLeadingUnderscores(name) as string);
}

/** The names that a file declares at its top. */
export function namesIn(file: BoundFile): string[] {
  const { unescapeLeadingUnderscores } = cellTypeScript();
  return [...(file.locals?.keys() ?? [])].map((name) => unescapeLeadingUnderscores(name as ts.__String));
}

let loaded: CachedModule | undefined;

/** The TypeScript that cells are written in: the one that tslab brings. */
export function cellTypeScript(): TypeScript {
  const kept = snapshotContent();
  if (kept !== undefined) return kept.typescript as TypeScript;
  // Only here: a snapshot is made without what this one needs. From the sources, as tests are run, it is the compiled one.
  const folder = __filename.endsWith(".ts") ? path.join(__dirname, "../../dist/jupyter/compiler") : __dirname;
  const { loadCached } = require(path.join(folder, "code-cache.js")) as typeof import("./code-cache");
  loaded ??= loadCached(cellTypeScriptFile());
  return loaded.exports as TypeScript;
}

/** Gives whoever requires the TypeScript of cells by its file, as tslab does, the one that is there. */
export function shareCellTypeScript(): void {
  const file = cellTypeScriptFile();
  const module = Object.assign(new Module(file), { filename: file, loaded: true, exports: cellTypeScript() });
  require.cache[file] ??= module;
}

export function cellTypeScriptFile(): string {
  const tslab = path.dirname(require.resolve("tslab/package.json"));
  return require.resolve("@tslab/typescript-for-tslab", { paths: [tslab] });
}

/** After a first cell was compiled: a process that starts without a snapshot begins with the machine code of what that took. */
export function keepCompiledTypeScript(): void {
  loaded?.keep();
}
