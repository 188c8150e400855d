import type ts from "typescript";
import { type BoundFile, cellTypeScript } from "./typescript";

/** The modules that a program found, by the names under which its files import them. */
export type ResolvedModules = ReadonlyMap<string, unknown>;

/** What TypeScript records in a file when a program is made of it. */
interface FileInProgram extends BoundFile {
  path: string;
  resolvedPath: string;
  originalFileName: string;
  imports: readonly ts.StringLiteralLike[];
  moduleAugmentations: readonly ts.Node[];
  ambientModuleNames: readonly string[];
  resolvedModules?: {
    get(name: string): unknown;
    forEach(each: (found: { resolvedModule?: unknown } | undefined, name: string) => void): void;
  };
}

/** The modules that files of a program import; those that were not found are left out. */
export function resolvedModules(files: readonly ts.SourceFile[]): ResolvedModules {
  const found = new Map<string, unknown>();
  for (const file of files)
    (file as FileInProgram).resolvedModules?.forEach((resolved, name) => {
      if (resolved?.resolvedModule !== undefined) found.set(name, resolved);
    });
  return found;
}

/**
 * Prepares a new file so that a finished program checks and emits it as one of its own. A program and its checker cost
 * twice as much as a small cell.
 *
 * @param file a module; its name must be new to the program
 * @param known the modules that the program found
 * @returns false if the file can only be checked in a new program: it imports something else or adds to the globals
 */
export function joinProgram(file: ts.SourceFile, options: ts.CompilerOptions, known: ResolvedModules): boolean {
  const { referencedFiles, typeReferenceDirectives, libReferenceDirectives, fileName } = file;
  if (referencedFiles.length + typeReferenceDirectives.length + libReferenceDirectives.length > 0) return false;
  if (file.statements.some(augments)) return false;
  const imports = importsOf(file);
  if (!imports.every(({ text }) => known.has(text))) return false;
  Object.assign(file as FileInProgram, {
    path: fileName,
    resolvedPath: fileName,
    originalFileName: fileName,
    imports,
    moduleAugmentations: [],
    ambientModuleNames: [],
    resolvedModules: known,
  });
  cellTypeScript().bindSourceFile(file, options);
  return true;
}

/** Whether it is `declare global` or `declare module "name"`, which add to what other files see. */
export function augments(statement: ts.Statement): boolean {
  const { isModuleDeclaration, isStringLiteral, NodeFlags } = cellTypeScript();
  if (!isModuleDeclaration(statement)) return false;
  return isStringLiteral(statement.name) || (statement.flags & NodeFlags.GlobalAugmentation) !== 0;
}

/** The names of modules in `import` and `export` declarations, calls and types. */
function importsOf(file: ts.SourceFile): ts.StringLiteralLike[] {
  const typescript = cellTypeScript();
  const found: ts.StringLiteralLike[] = [];
  const named = (node: ts.Node): ts.Node | undefined => {
    if (typescript.isImportDeclaration(node) || typescript.isExportDeclaration(node)) return node.moduleSpecifier;
    if (typescript.isExternalModuleReference(node)) return node.expression;
    if (typescript.isImportTypeNode(node) && typescript.isLiteralTypeNode(node.argument)) return node.argument.literal;
    const isCall = typescript.isCallExpression(node) && node.expression.kind === typescript.SyntaxKind.ImportKeyword;
    return isCall ? node.arguments[0] : undefined;
  };
  const visit = (node: ts.Node): void => {
    const name = named(node);
    if (name !== undefined && typescript.isStringLiteralLike(name)) found.push(name);
    typescript.forEachChild(node, visit);
  };
  if (/\bimport\b|\bfrom\b/.test(file.text)) visit(file);
  return found;
}
