import type ts from "typescript";
import type { CellCompiler } from "./cell-compiler";
import type { CellInProgram } from "./cell-program";
import { cellTypeScript } from "./typescript";

/** Completions at a position in a cell, best first. */
export interface Completions {
  readonly start: number;
  readonly end: number;
  readonly entries: readonly { name: string; kind: string }[];
}

/** What is known about the name at a position in a cell. */
export interface Inspection {
  readonly signature: string;
  readonly documentation: string;
  /** The members of an interface, class or type, one per line. */
  readonly members: readonly string[];
}

const mostMembers = 60;
const notCancelled = { isCancellationRequested: () => false, throwIfCancellationRequested: () => {} };

export function complete(compiler: CellCompiler, code: string, position: number): Completions {
  const typescript = cellTypeScript();
  const { program, file } = look(compiler, code);
  const found = typescript.Completions.getCompletionsAtPositionForTslab(
    ...[{}, program, () => {}, file, position, {}, undefined, typescript.CompletionTriggerKind.Invoked, notCancelled],
  );
  const entries = found?.entries ?? [];
  const typed = typedAt(file, position);
  const { start = position, end = position, text = "" } = typed ?? {};
  // Of a module TypeScript names only the part behind the last slash that was typed.
  const path = text.slice(0, text.lastIndexOf("/") + 1);
  const isModule = (kind: string) => kind === typescript.ScriptElementKind.externalModuleName;
  const sorted = entries
    .map((entry) => (isModule(entry.kind) ? { ...entry, name: path + entry.name } : entry))
    .map((entry) => ({ entry, rank: rankOf(entry.name, text) }))
    .filter(({ rank }) => rank < 3)
    .sort(
      (a, b) =>
        a.rank - b.rank ||
        compare(a.entry.sortText, b.entry.sortText) ||
        (typed ? 0 : compare(a.entry.name, b.entry.name)),
    );
  return { start, end, entries: sorted.map(({ entry: { name, kind } }) => ({ name, kind })) };
}

export function inspect(compiler: CellCompiler, code: string, position: number): Inspection | undefined {
  const typescript = cellTypeScript();
  const cell = look(compiler, code);
  const type = typeAt(cell, position);
  if (type !== undefined) {
    const alone = `type Inspected = ${type}`;
    const found = inspect(compiler, alone, alone.length);
    return found?.signature.includes("/*unresolved*/") ? undefined : found;
  }
  documentAt(compiler, cell, position);
  const info = typescript.getQuickInfoAtPosition(cell.file, cell.checker, notCancelled, position);
  if (info === undefined) return undefined;
  const text = (parts: readonly ts.SymbolDisplayPart[] = []) => parts.map((part) => part.text).join("");
  const tags = (info.tags ?? []).map(({ name, text: parts }) => `${name === "param" ? "@param " : ""}${text(parts)}`);
  const documentation = [text(info.documentation), ...tags].filter((part) => part !== "").join("\n");
  return { signature: text(info.displayParts), documentation, members: membersAt(cell, position) };
}

function look(compiler: CellCompiler, code: string): CellInProgram {
  return compiler.program.update(`${code}\nexport {};`, compiler.declarations.files);
}

/** What is being typed at the position and a completion replaces: the text between quotes, or a name. */
function typedAt(file: ts.SourceFile, position: number): { start: number; end: number; text: string } | undefined {
  const typescript = cellTypeScript();
  const token = typescript.findPrecedingToken(position, file);
  if (
    token &&
    typescript.isStringLiteralLike(token) &&
    position <= (token.isUnterminated ? token.end : token.end - 1)
  ) {
    const start = token.getStart(file) + 1;
    // Without a closing quote, what follows in the line may be code.
    return { start, end: token.isUnterminated ? position : token.end - 1, text: file.text.slice(start, position) };
  }
  const word = wordAt(file, position);
  return word && { start: word.getStart(file), end: word.end, text: word.text };
}

/** The name that is being typed at the position. */
function wordAt(file: ts.SourceFile, position: number): ts.MemberName | undefined {
  const typescript = cellTypeScript();
  const previous = typescript.findPrecedingToken(position, file);
  if (previous && typescript.isMemberName(previous) && previous.end >= position) return previous;
  const next = previous && typescript.findNextToken(previous, file, file);
  const isAt = next && typescript.isMemberName(next) && next.getStart(file) <= position && position <= next.end;
  return isAt ? next : undefined;
}

function rankOf(name: string, word: string): number {
  if (name.startsWith(word)) return 0;
  const [lower, wanted] = [name.toLowerCase(), word.toLowerCase()];
  return lower.startsWith(wanted) ? 1 : lower.includes(wanted) ? 2 : 3;
}

function compare(one: string, other: string): number {
  return one < other ? -1 : one > other ? 1 : 0;
}

/** The symbol that the name at the position stands for, followed through imports. */
function symbolAt({ file, checker }: CellInProgram, position: number): ts.Symbol | undefined {
  const node = wordAt(file, position);
  const named = node && checker.getSymbolAtLocation(node);
  return named && named.flags & cellTypeScript().SymbolFlags.Alias ? checker.getAliasedSymbol(named) : named;
}

/** The name at the position, as `a.B`, if it stands where only a value can and there is no such value. */
function typeAt(cell: CellInProgram, position: number): string | undefined {
  const typescript = cellTypeScript();
  const node = wordAt(cell.file, position);
  if (node === undefined || !typescript.isExpressionNode(node) || symbolAt(cell, position)) return undefined;
  const text = (typescript.isPropertyAccessExpression(node.parent) ? node.parent : node).getText(cell.file);
  return /^[\p{L}\p{N}_$.]+$/u.test(text) ? text : undefined;
}

/** Packages are parsed without their authors' documentation; this adds it. */
function documentAt({ program }: CellCompiler, cell: CellInProgram, position: number): void {
  for (const declaration of symbolAt(cell, position)?.declarations ?? [])
    program.packages.document(declaration.getSourceFile());
}

function membersAt(cell: CellInProgram, position: number): string[] {
  const { file, checker } = cell;
  const typescript = cellTypeScript();
  const [node, symbol] = [wordAt(file, position), symbolAt(cell, position)];
  if (node === undefined || symbol === undefined) return [];
  if ((symbol.flags & (typescript.SymbolFlags.Type & ~typescript.SymbolFlags.TypeParameter)) === 0) return [];
  const type = checker.getDeclaredTypeOfSymbol(symbol);
  if ((type.flags & typescript.TypeFlags.Object) === 0 && !type.isIntersection()) return [];
  const members = type.getProperties().map((member) => {
    const optional = member.flags & typescript.SymbolFlags.Optional ? "?" : "";
    return `${member.name}${optional}: ${checker.typeToString(checker.getTypeOfSymbolAtLocation(member, node))}`;
  });
  return members.length > mostMembers
    ? [...members.slice(0, mostMembers), `… ${members.length - mostMembers} more`]
    : members;
}
