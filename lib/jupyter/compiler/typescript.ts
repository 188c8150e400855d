import path from "node:path";
import type ts from "typescript";
import { type CachedModule, loadCached } from "./code-cache";

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

let loaded: CachedModule | undefined;

/** The TypeScript that cells are written in: the one that tslab brings. */
export function cellTypeScript(): TypeScript {
  if (loaded === undefined) {
    const tslab = path.dirname(require.resolve("tslab/package.json"));
    loaded = loadCached(require.resolve("@tslab/typescript-for-tslab", { paths: [tslab] }));
  }
  return loaded.exports as TypeScript;
}

/** After a first cell was compiled: the next process starts with the machine code of what that took. */
export function keepCompiledTypeScript(): void {
  loaded?.keep();
}
