import type ts from "typescript";
import { type CellInProgram, CellProgram } from "./cell-program";
import { cellText, hasOwnAwait } from "./cell-source-text";
import { Declarations, meaningsOf } from "./declarations";
import { heldModules } from "./held-modules";
import { plainModule } from "./plain-module";
import { sessionScope } from "./session-scope";
import { cellTypeScript, symbolNamed } from "./typescript";

/** A cell that compiled. */
export interface CompiledCell {
  /** JavaScript statements that access the session's variables through `__session`. */
  readonly javascript: string;
  /** Source map, as JSON, from the JavaScript's lines to the cell's. */
  readonly sourceMap: string;
  readonly awaits: boolean;
  /** Names that cannot be read before the cell has assigned them: those of `let`, `const`, `class`, `enum` and imports. */
  readonly lexical: readonly string[];
  /** Names of `var`, which are `undefined` until then. */
  readonly hoisted: readonly string[];
  /** The notebook's own files that the cell imports and that are new or have changed, as CommonJS. */
  readonly modules: ReadonlyMap<string, string>;
}

/** What is wrong with a cell, one line per finding, as `line:column - text`, both counted from 1. */
export interface CellFindings {
  readonly findings: readonly string[];
}

/**
 * What declaration files for others may not have, while a session's stay on this machine: types named by a file's path
 * (TS2742), and those that their module keeps to itself (TS4023, TS4058), which become `any`.
 */
const notPortable = new Set([2742, 4023, 4058]);
/** TS2503: no namespace of that name. */
const noNamespace = 2503;

/** A program whose last argument of `emit` has declarations written whatever is wrong with them. */
interface ForcedEmit {
  emit(
    file: ts.SourceFile,
    write: ts.WriteFileCallback,
    token: undefined,
    onlyDeclarations: boolean,
    transformers: ts.CustomTransformers,
    forced: boolean,
  ): ts.EmitResult;
}

/** Compiles the cells of one session, each with the types of all those before it. */
export class CellCompiler {
  readonly program: CellProgram;
  readonly declarations = new Declarations();
  readonly #emitted = new WeakSet<ts.SourceFile>();

  constructor(folder: string, modules: string | undefined) {
    this.program = new CellProgram(folder, modules);
  }

  compile(code: string): CompiledCell | CellFindings {
    const { text, names, findings } = cellText(code);
    const cell = this.program.update(text, this.declarations.files);
    const { file, checker } = cell;
    const own = this.program.ownFiles(cell).filter((one) => !this.#emitted.has(one));
    const wrong = [...findings.map(({ at, message }) => this.#place(file, at, message)), ...this.#diagnose(cell, own)];
    if (wrong.length > 0) return { findings: [...usingFindings(code), ...wrong] };
    const emitted = this.#emit(cell);
    if (emitted.findings.length > 0) return { findings: emitted.findings };
    for (const one of own) this.#emitted.add(one);
    const variables = this.#variables(cell, names);
    const nested = nestedVars(cell, variables.hoisted);
    this.declarations.add(emitted.declared + nested, meaningsOf(file, names, checker), heldModules(file));
    return {
      javascript: emitted.javascript.replace(/\n?\/\/# sourceMappingURL=.*\s*$/, ""),
      sourceMap: emitted.sourceMap,
      awaits: file.statements.some(hasOwnAwait),
      ...variables,
      modules: new Map(own.map((one) => [one.fileName, this.#commonJs(one)])),
    };
  }

  /** Makes a cell a module that other cells import by name. */
  addModule(name: string, code: string): CellFindings {
    this.program.addModule(name, code);
    const cell = this.program.update("export {};", this.declarations.files);
    const own = this.program.ownFiles(cell).filter(({ fileName }) => fileName.endsWith(`/${name}.ts`));
    return { findings: this.#diagnose(cell, own) };
  }

  #diagnose({ program, file }: CellInProgram, own: readonly ts.SourceFile[]): string[] {
    const of = (one: ts.SourceFile) => [
      ...program.getSyntacticDiagnostics(one),
      ...program.getSemanticDiagnostics(one),
    ];
    const found = [file, ...own].flatMap((one) => of(one));
    const awaiting = own.flatMap((one) => awaitsAtTop(one) ?? []);
    return [...found, ...awaiting].map((diagnostic) => this.#finding(file, diagnostic));
  }

  #finding(file: ts.SourceFile, { file: where = file, start = 0, length = 0, ...it }: ts.Diagnostic): string {
    const asked = where.text.slice(start, start + length);
    const hint =
      it.code === noNamespace
        ? ` If it is a variable, it brings no types: write \`import { ${asked} } from "…"\`, in a cell before this one.`
        : "";
    const text = cellTypeScript().flattenDiagnosticMessageText(it.messageText, "\n") + hint;
    const name = where === file ? "" : `${where.fileName.replace(`${this.program.folder}/`, "")} `;
    return name + this.#place(where, start, text);
  }

  #place(file: ts.SourceFile, at: number, text: string): string {
    const { line, character } = file.getLineAndCharacterOfPosition(at);
    return `${line + 1}:${character + 1} - ${text}`;
  }

  #emit({ program, file, before, checker }: CellInProgram) {
    const emitted = { javascript: "", sourceMap: "", declared: "" };
    const write = (name: string, text: string) => {
      if (name.endsWith(".d.ts")) emitted.declared = text;
      else if (name.endsWith(".map")) emitted.sourceMap = text;
      else emitted.javascript = text;
    };
    const transformers = {
      before: [sessionScope(file, before, checker)],
      after: [plainModule],
    } as ts.CustomTransformers;
    const { diagnostics } = (program as unknown as ForcedEmit).emit(file, write, undefined, false, transformers, true);
    const wrong = diagnostics.filter(({ code }) => !notPortable.has(code));
    return { ...emitted, findings: wrong.map((diagnostic) => this.#finding(file, diagnostic)) };
  }

  #variables({ file, checker }: CellInProgram, names: readonly string[]) {
    const { SymbolFlags } = cellTypeScript();
    const lexicalFlags =
      SymbolFlags.BlockScopedVariable | SymbolFlags.Class | SymbolFlags.RegularEnum | SymbolFlags.ValueModule;
    const are = (wanted: ts.SymbolFlags, other: ts.SymbolFlags) => (name: string) => {
      const symbol = symbolNamed(name, file);
      if (symbol === undefined) return false;
      const flags =
        symbol.flags & SymbolFlags.Alias
          ? checker.getAliasedSymbol(symbol).flags & SymbolFlags.Value && wanted
          : symbol.flags;
      return (flags & wanted) !== 0 && (flags & other) === 0;
    };
    return {
      lexical: names.filter(are(lexicalFlags, SymbolFlags.Function)),
      hoisted: names.filter(are(SymbolFlags.FunctionScopedVariable, lexicalFlags)),
    };
  }

  #commonJs(file: ts.SourceFile): string {
    const { ModuleKind, ScriptTarget, transpileModule } = cellTypeScript();
    const compilerOptions = {
      module: ModuleKind.CommonJS,
      target: ScriptTarget.ES2022,
      esModuleInterop: true,
      experimentalDecorators: true,
    };
    const transformers = { before: [metaOfModule] };
    return transpileModule(file.text, { fileName: file.fileName, compilerOptions, transformers }).outputText;
  }
}

/** What is wrong with a file in TypeScript that awaits while it loads: it becomes CommonJS, and Node loads no other. */
function awaitsAtTop(file: ts.SourceFile): ts.Diagnostic | undefined {
  const statement = /\.[cm]?tsx?$/.test(file.fileName) ? file.statements.find(hasOwnAwait) : undefined;
  if (statement === undefined) return undefined;
  const messageText =
    "A notebook's own file cannot await at its top: export an async function, and await it in a cell.";
  return { file, start: statement.getStart(file), length: 0, messageText, code: 0, category: 1 };
}

/** `import.meta` as `module.meta`, which whoever loads the file has put there. */
const metaOfModule: ts.TransformerFactory<ts.SourceFile> = (context) => (file) => {
  const { isMetaProperty, SyntaxKind, visitEachChild } = cellTypeScript();
  const { factory } = context;
  const visit = (node: ts.Node): ts.Node =>
    isMetaProperty(node) && node.keywordToken === SyntaxKind.ImportKeyword
      ? factory.createPropertyAccessExpression(factory.createIdentifier("module"), "meta")
      : visitEachChild(node, visit, context);
  return visitEachChild(file, visit, context);
};

/** The cells' TypeScript predates `using` and takes it for a name. */
function usingFindings(code: string): string[] {
  return code.split("\n").flatMap((text, at) => {
    const found = /(?<![.\w$])(await\s+)?using\s+[\p{L}_$][\p{L}\p{N}_$]*\s*=/u.exec(text);
    if (found === null) return [];
    const [end, symbol] = found[1]
      ? ["await it[Symbol.asyncDispose]()", "await using"]
      : ["it[Symbol.dispose]()", "using"];
    const how = `write \`const it = …; try { … } finally { ${end} }\``;
    return [`${at + 1}:${found.index + 1} - \`${symbol}\` is not known to the TypeScript of cells, 5.0: ${how}`];
  });
}

/** Declarations for each `var` in a block, which TypeScript leaves out of what a file declares. */
function nestedVars({ file, checker }: CellInProgram, names: readonly string[]): string {
  const { isSourceFile, isVariableStatement, TypeFormatFlags } = cellTypeScript();
  const lines = names.flatMap((name) => {
    const declaration = symbolNamed(name, file)?.valueDeclaration;
    const statement = declaration?.parent.parent;
    if (declaration === undefined || statement === undefined) return [];
    if (isVariableStatement(statement) && isSourceFile(statement.parent)) return [];
    const type = checker.typeToString(checker.getTypeAtLocation(declaration), undefined, TypeFormatFlags.NoTruncation);
    return [`\ndeclare let ${name}: ${type};`];
  });
  return lines.join("");
}
