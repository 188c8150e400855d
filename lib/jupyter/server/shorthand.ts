import { cellTypeScript } from "./cell-typescript";

/** The parts of a TypeScript syntax tree that are read here. */
interface SyntaxNode {
  kind: number;
  getEnd(): number;
  name?: SyntaxNode & { text: string };
}
interface TypeScript {
  SyntaxKind: { ShorthandPropertyAssignment: number };
  ScriptTarget: { ES2022: number };
  createSourceFile(name: string, text: string, target: number, parents: boolean): SyntaxNode;
  forEachChild(node: SyntaxNode, visit: (child: SyntaxNode) => void): void;
}

/**
 * A cell's code with `{ name }` written out as `{ name: name }`, on the same lines.
 *
 * tslab 1.0.22 compiles a shorthand property of a variable from an earlier cell to one that does not exist at run time
 * ("name is not defined"); written out it finds the variable.
 */
export function expandShorthand(code: string): string {
  // Nothing to parse for most cells: a shorthand needs a brace.
  if (!code.includes("{")) return code;
  const typescript = require(cellTypeScript()) as TypeScript;
  const insertions: { at: number; text: string }[] = [];
  const visit = (node: SyntaxNode) => {
    if (node.kind === typescript.SyntaxKind.ShorthandPropertyAssignment && node.name) {
      insertions.push({ at: node.name.getEnd(), text: `: ${node.name.text}` });
    }
    typescript.forEachChild(node, visit);
  };
  visit(typescript.createSourceFile("cell.ts", code, typescript.ScriptTarget.ES2022, true));
  let expanded = code;
  for (const { at, text } of insertions.reverse()) expanded = expanded.slice(0, at) + text + expanded.slice(at);
  return expanded;
}
