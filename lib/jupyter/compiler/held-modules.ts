import type ts from "typescript";
import { cellTypeScript } from "./typescript";

/**
 * Variables of a cell that hold a whole module, `const it = await import("…")`, by name, with the module as it is written.
 *
 * TypeScript spells the type of such a variable out, member by member; a session declares it as an import instead.
 */
export function heldModules(file: ts.SourceFile): Map<string, string> {
  const typescript = cellTypeScript();
  const found = new Map<string, string>();
  for (const statement of file.statements) {
    if (!typescript.isVariableStatement(statement)) continue;
    for (const { name, type, initializer } of statement.declarationList.declarations) {
      const module = type === undefined && initializer !== undefined ? awaitedImport(initializer) : undefined;
      if (module !== undefined && typescript.isIdentifier(name)) found.set(name.text, module);
    }
  }
  return found;
}

function awaitedImport(value: ts.Expression): string | undefined {
  const typescript = cellTypeScript();
  const awaited = typescript.skipParentheses(value);
  if (!typescript.isAwaitExpression(awaited)) return undefined;
  const call = typescript.skipParentheses(awaited.expression);
  if (!typescript.isCallExpression(call) || call.expression.kind !== typescript.SyntaxKind.ImportKeyword)
    return undefined;
  const [from] = call.arguments;
  return from !== undefined && typescript.isStringLiteralLike(from) ? JSON.stringify(from.text) : undefined;
}

/**
 * The declaration of a variable that always holds a module or a part of one: an import, which brings its types as well.
 *
 * @param type as the compiler writes it
 * @param isModule whether a name of the session is a whole module
 */
export function asImport(name: string, type: string, isModule: (name: string) => boolean): string | undefined {
  const [, whole, part] = /^typeof import\((".*?")\)(?:\.([\w$]+))?$/.exec(type) ?? [];
  if (whole !== undefined) return `import ${part ? `{ ${part} as ${name} }` : `* as ${name}`} from ${whole};`;
  const [, path, module = ""] = /^typeof (([\w$]+)(?:\.[\w$]+)+)$/.exec(type) ?? [];
  return path !== undefined && isModule(module) ? `import ${name} = ${path};` : undefined;
}
