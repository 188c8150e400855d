import type ts from "typescript";
import { augments } from "./guest-file";
import { asImport } from "./held-modules";
import { type BoundFile, cellTypeScript, symbolNamed } from "./typescript";

/** What a name stands for: a value, a type, or both. */
export interface Meaning {
  value: boolean;
  type: boolean;
}

interface Entry {
  /** Of what adds to other modules or to the globals: its text, so that the same is not added twice. */
  readonly name: string;
  readonly text: string;
  readonly meaning: Meaning;
  readonly augments?: boolean;
}

/** Most declarations in one file; further ones go into a new file, and only that is read again for each cell. */
const mostInFile = 64;

/**
 * The types of everything the session's cells declared, one entry per declaration; later ones replace earlier ones.
 *
 * They are in several files, each of which sees those before it; a name in a later file hides an earlier one.
 */
export class Declarations {
  readonly #closed: { entries: Entry[]; text: string }[] = [];
  readonly #closedTypes = new Set<string>();
  #entries: Entry[] = [];
  #text = textOf([]);

  /** The declaration files, oldest first. */
  get files(): readonly string[] {
    return [...this.#closed.map(({ text }) => text), this.#text];
  }

  /**
   * @param declared the declaration file of a cell
   * @param meanings of the names that the cell declares
   * @param modules by the variables that hold them
   */
  add(
    declared: string,
    meanings: ReadonlyMap<string, Meaning>,
    modules: ReadonlyMap<string, string> = new Map(),
  ): void {
    const added: Entry[] = [];
    const isModule = (name: string) =>
      [...this.#closed.map(({ entries }) => entries), this.#entries, added].some((entries) =>
        entries.some((entry) => entry.name === name && entry.text.startsWith("import * as ")),
      );
    for (const entry of entriesOf(declared)) added.push(withTypes(entry, modules.get(entry.name), isModule));
    if (meanings.size === 0 && !added.some(({ augments }) => augments)) return;
    // What was declared with that type now refers to the new one, so both must be in one file.
    if ([...meanings.keys()].some((name) => this.#closedTypes.has(name))) this.#join();
    else if (this.#entries.length >= mostInFile) this.#close();
    // Such as `A_base`, which the compiler invents for a class that extends an expression.
    const invented = new Set(added.map(({ name }) => name).filter((name) => !meanings.has(name)));
    const kept = this.#entries.flatMap((entry) => {
      if (invented.has(entry.name)) return [];
      const now = meanings.get(entry.name);
      if (now === undefined || !overlap(entry.meaning, now)) return [entry];
      // A type has taken the name of a class whose value still exists.
      const valueLeft = entry.meaning.value && !now.value;
      return valueLeft ? [variable(entry.name, "any")] : [];
    });
    this.#entries = [...kept, ...added];
    this.#text = textOf(this.#entries);
  }

  #close(): void {
    this.#closed.push({ entries: this.#entries, text: this.#text });
    for (const { name, meaning } of this.#entries) if (meaning.type) this.#closedTypes.add(name);
    this.#entries = [];
  }

  #join(): void {
    const all = [...this.#closed.flatMap(({ entries }) => entries), ...this.#entries];
    const values = new Map(all.map((entry) => [entry.name, entry] as const));
    // Of a redeclared variable only the last declaration counts; overloads and types stay.
    const isVariable = ({ meaning, text }: Entry) =>
      meaning.value && !meaning.type && !/^declare (async )?function/.test(text);
    this.#entries = all.filter((entry) => !isVariable(entry) || values.get(entry.name) === entry);
    this.#closed.length = 0;
    this.#closedTypes.clear();
  }
}

/** What holds a module or a part of one, and always will, brings the types of that as well. */
function withTypes(entry: Entry, module: string | undefined, isModule: (name: string) => boolean): Entry {
  const { name, meaning } = entry;
  const [, kind, spelled = ""] = /^[\s\S]*?\bdeclare (const|let|var) [^:]+: ([\s\S]*);$/.exec(entry.text) ?? [];
  if (kind === undefined || meaning.type) return entry;
  const type = module === undefined ? spelled : `typeof import(${module})`;
  const text = kind === "const" ? asImport(name, type, isModule) : undefined;
  if (text !== undefined) return { name, text, meaning: { value: true, type: true } };
  return module === undefined ? entry : variable(name, type);
}

function textOf(entries: readonly Entry[]): string {
  return `${entries.map(({ text }) => text).join("\n")}\nexport {};\n`;
}

function overlap(one: Meaning, other: Meaning): boolean {
  return (one.value && other.value) || (one.type && other.type);
}

function variable(name: string, type: string): Entry {
  return { name, text: `declare let ${name}: ${type};`, meaning: { value: true, type: false } };
}

function entriesOf(declared: string): Entry[] {
  const typescript = cellTypeScript();
  const file = typescript.createSourceFile("cell.d.ts", declared, typescript.ScriptTarget.ES2022, true);
  return file.statements.flatMap((statement): Entry[] => {
    if (typescript.isVariableStatement(statement)) return variables(statement, file);
    if (typescript.isImportDeclaration(statement)) return imports(statement, file);
    if (augments(statement)) {
      const text = statement.getFullText(file).trim();
      return [{ name: text, text, meaning: { value: false, type: false }, augments: true }];
    }
    const { name } = statement as ts.Statement & { name?: ts.Node };
    if (name === undefined) return [];
    const { kind } = statement;
    const value =
      kind !== typescript.SyntaxKind.InterfaceDeclaration && kind !== typescript.SyntaxKind.TypeAliasDeclaration;
    const type = kind !== typescript.SyntaxKind.FunctionDeclaration;
    return [{ name: name.getText(file), text: statement.getFullText(file).trim(), meaning: { value, type } }];
  });
}

function variables(statement: ts.VariableStatement, file: ts.SourceFile): Entry[] {
  const { declarations } = statement.declarationList;
  const first = declarations[0];
  if (first === undefined) return [];
  const head = statement.getFullText(file).slice(0, first.getStart(file) - statement.getFullStart());
  return declarations.map((declaration) => ({
    name: declaration.name.getText(file),
    text: `${head}${declaration.getText(file)};`.trim(),
    meaning: { value: true, type: false },
  }));
}

function imports(statement: ts.ImportDeclaration, file: ts.SourceFile): Entry[] {
  const typescript = cellTypeScript();
  const { importClause: clause, moduleSpecifier } = statement;
  const from = moduleSpecifier.getText(file);
  const both = { value: true, type: true };
  const entry = (name: string, what: string): Entry => ({ name, text: `import ${what} from ${from};`, meaning: both });
  const found: Entry[] = [];
  if (clause?.name) found.push(entry(clause.name.text, clause.name.text));
  const named = clause?.namedBindings;
  if (named && typescript.isNamespaceImport(named)) found.push(entry(named.name.text, `* as ${named.name.text}`));
  else for (const one of named?.elements ?? []) found.push(entry(one.name.text, `{ ${one.getText(file)} }`));
  return found;
}

/** What each name of a cell stands for, from its type-checked file. */
export function meaningsOf(file: BoundFile, names: readonly string[], checker: ts.TypeChecker): Map<string, Meaning> {
  const { SymbolFlags } = cellTypeScript();
  const meanings = names.map((name): [string, Meaning] => {
    const symbol = symbolNamed(name, file);
    const flags =
      symbol === undefined
        ? 0
        : symbol.flags & SymbolFlags.Alias
          ? checker.getAliasedSymbol(symbol).flags
          : symbol.flags;
    const unknown = (flags & (SymbolFlags.Value | SymbolFlags.Type)) === 0;
    return [
      name,
      { value: unknown || (flags & SymbolFlags.Value) !== 0, type: unknown || (flags & SymbolFlags.Type) !== 0 },
    ];
  });
  return new Map(meanings);
}
