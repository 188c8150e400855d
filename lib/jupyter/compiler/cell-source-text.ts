import type ts from "typescript";
import { type BoundFile, cellTypeScript, namesIn } from "./typescript";

/** A cell as passed to the compiler: every position in it is the same position in the cell. */
export interface CellText {
  readonly text: string;
  /** What the cell declares at its top level, values and types, including by `var` in a block. */
  readonly names: readonly string[];
  /** What makes no sense in a cell. */
  readonly findings: readonly { at: number; message: string }[];
}

/**
 * The cell as a module that exports everything it declares, so that imports and types are kept for later cells.
 *
 * A cell's own `export` means nothing: it is overwritten with spaces.
 */
export function cellText(code: string): CellText {
  const typescript = cellTypeScript();
  const file = typescript.createSourceFile("cell.ts", `${code}\nexport {};`, typescript.ScriptTarget.ES2022, true);
  const findings: { at: number; message: string }[] = [];
  let text = code;
  const blank = (start: number, end: number) => {
    text = text.slice(0, start) + text.slice(start, end).replace(/[^\r\n]/g, " ") + text.slice(end);
  };
  for (const statement of file.statements.slice(0, -1)) {
    if (typescript.isExportDeclaration(statement)) {
      if (statement.moduleSpecifier === undefined) blank(statement.getStart(file), statement.end);
      else
        findings.push({
          at: statement.getStart(file),
          message: "A cell exports to nobody: write `import` for `export`.",
        });
    } else if (typescript.isExportAssignment(statement)) {
      blank(statement.getStart(file), statement.expression.getStart(file));
    } else if (typescript.canHaveModifiers(statement)) {
      for (const modifier of typescript.getModifiers(statement) ?? []) {
        const { kind } = modifier;
        if (kind === typescript.SyntaxKind.ExportKeyword || kind === typescript.SyntaxKind.DefaultKeyword)
          blank(modifier.getStart(file), modifier.end);
      }
    }
  }
  const bare = `${text}\nexport {};`;
  const bound: BoundFile =
    text === code ? file : typescript.createSourceFile("cell.ts", bare, typescript.ScriptTarget.ES2022, true);
  typescript.bindSourceFile(bound, {});
  const names = namesIn(bound);
  return { text: `${text}\nexport { ${names.join(", ")} };`, names, findings };
}

/** Whether the node contains an `await` of the cell itself, not of a function in it. */
export function hasOwnAwait(node: ts.Node): boolean {
  const typescript = cellTypeScript();
  if (typescript.isAwaitExpression(node)) return true;
  if (typescript.isForOfStatement(node) && node.awaitModifier !== undefined) return true;
  if (typescript.isFunctionLike(node)) return outside(node).some(hasOwnAwait);
  // What a class extends is a type, too.
  if (typescript.isTypeNode(node) && !typescript.isExpressionWithTypeArguments(node)) return false;
  return typescript.forEachChild(node, (child) => hasOwnAwait(child) || undefined) ?? false;
}

/** The parts of a function that are evaluated where it stands: a computed name, decorators. */
function outside(node: ts.SignatureDeclaration): readonly ts.Node[] {
  const typescript = cellTypeScript();
  const name = node.name && typescript.isComputedPropertyName(node.name) ? [node.name] : [];
  const decorated: ts.Node[] = [node, ...node.parameters];
  const of = (one: ts.Node) => (typescript.canHaveDecorators(one) ? (typescript.getDecorators(one) ?? []) : []);
  return [...name, ...decorated.flatMap(of)];
}
