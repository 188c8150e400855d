import Module from "node:module";
import path from "node:path";
import type ts from "typescript";
import type { CachedModule } from "./code-cache";
import { snapshotContent } from "./snapshot-content";

/** TypeScript with those internals, exposed by tslab's build of it, that are used here. */
export type TypeScript = typeof ts & {
  bindSourceFile(file: ts.SourceFile, options: ts.CompilerOptions): void;
  isExpressionNode(node: ts.Node): boolean;
  /** The expression without the parentheses, type assertions and the like around it. */
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

/** A file with the symbols that the binder has found in it. */
export type BoundFile = ts.SourceFile & { locals?: Map<string, ts.Symbol> };

/** The symbol of a name that a file declares. The binder adds an underscore to names that begin with two. */
export function symbolNamed(name: string, file: BoundFile): ts.Symbol | undefined {
  return file.locals?.get(cellTypeScript().escapeLeadingUnderscores(name) as string);
}

/** The names that a file declares at its top; `declare global` and `declare module "name"` declare none. */
export function namesIn(file: BoundFile): string[] {
  const { unescapeLeadingUnderscores, InternalSymbolName } = cellTypeScript();
  const keys = [...(file.locals?.keys() ?? [])] as ts.__String[];
  const names = keys.filter((key) => key !== InternalSymbolName.Global && !String(key).startsWith('"'));
  return names.map((name) => unescapeLeadingUnderscores(name));
}

let loaded: CachedModule | undefined;

/** The TypeScript that cells are written in: the one that tslab ships. */
export function cellTypeScript(): TypeScript {
  const kept = snapshotContent();
  if (kept !== undefined) return kept.typescript as TypeScript;
  // Required only here: a snapshot is made without its dependencies. Tests, run from source, use the compiled one.
  const folder = __filename.endsWith(".ts") ? path.join(__dirname, "../../dist/jupyter/compiler") : __dirname;
  const { loadCached } = require(path.join(folder, "code-cache.js")) as typeof import("./code-cache");
  loaded ??= loadCached(cellTypeScriptFile());
  return loaded.exports as TypeScript;
}

/** Makes whoever requires the cells' TypeScript by its file, as tslab does, get the instance already loaded. */
export function shareCellTypeScript(): void {
  const file = cellTypeScriptFile();
  const module = Object.assign(new Module(file), { filename: file, loaded: true, exports: cellTypeScript() });
  require.cache[file] ??= module;
}

export function cellTypeScriptFile(): string {
  const tslab = path.dirname(require.resolve("tslab/package.json"));
  return require.resolve("@tslab/typescript-for-tslab", { paths: [tslab] });
}

/** After a first cell has compiled: saves the machine code so far, for processes that start without a snapshot. */
export function keepCompiledTypeScript(): void {
  loaded?.keep();
}
