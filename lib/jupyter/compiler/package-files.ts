import { statSync } from "node:fs";
import type ts from "typescript";
import { type PackageFile, snapshotContent } from "./snapshot-content";
import { cellTypeScript } from "./typescript";

/**
 * The declarations of packages, parsed without their documentation, which takes half the parsing time and is needed
 * only when somebody asks for it: see `document`.
 */
export class PackageFiles {
  readonly #read: (name: string) => string | undefined;
  readonly #files = new Map<string, PackageFile | undefined>();
  readonly #documented = new Set<ts.SourceFile>();

  /** @param read gives a file's text */
  constructor(read: (name: string) => string | undefined) {
    this.#read = read;
  }

  get all(): ReadonlyMap<string, PackageFile> {
    return new Map([...this.#files].flatMap(([name, file]) => (file === undefined ? [] : [[name, file]])));
  }

  get(name: string): ts.SourceFile | undefined {
    if (!this.#files.has(name)) this.#files.set(name, this.#kept(name) ?? this.#parsed(name));
    return this.#files.get(name)?.file;
  }

  /** Adds the documentation to the nodes of a package's file. */
  document(file: ts.SourceFile): void {
    if (this.#files.get(file.fileName)?.file !== file || this.#documented.has(file)) return;
    this.#documented.add(file);
    const text = this.#read(file.fileName);
    if (text !== undefined) copyDocumentation(parse(file.fileName, text, true), file);
  }

  /** The file from the snapshot, if it has not changed since the snapshot was made. */
  #kept(name: string): PackageFile | undefined {
    const kept = snapshotContent()?.packages.get(name);
    if (kept === undefined) return undefined;
    const now = stateOf(name);
    return now.size === kept.size && now.changed === kept.changed ? kept : undefined;
  }

  #parsed(name: string): PackageFile | undefined {
    const text = this.#read(name);
    if (text === undefined) return undefined;
    // The binder sets the parents of such files' nodes.
    return { file: parse(name, name.endsWith(".d.ts") ? withoutDocumentation(text) : text, false), ...stateOf(name) };
  }
}

function parse(name: string, text: string, parents: boolean): ts.SourceFile {
  const typescript = cellTypeScript();
  return typescript.createSourceFile(name, text, typescript.ScriptTarget.ES2022, parents);
}

/** Size and time of a file. A mounted one does not exist under its name: every process reads it, no snapshot has it. */
function stateOf(name: string): { size: number; changed: number } {
  const state = statSync(name, { throwIfNoEntry: false });
  return { size: state?.size ?? -1, changed: state?.mtimeMs ?? -1 };
}

/** Strings, line comments and block comments; declaration files have no regular expressions. */
const stringsAndComments =
  /"(?:[^"\\\n]|\\.)*"|'(?:[^'\\\n]|\\.)*'|`(?:[^`\\]|\\[\s\S])*`|\/\/[^\n]*|\/\*[\s\S]*?\*\//g;

/** The text without its documentation, every line still in its place. */
function withoutDocumentation(text: string): string {
  return text.replace(stringsAndComments, (found) => (found.startsWith("/**") ? found.replace(/[^\n]+/g, "") : found));
}

type Documented = ts.Node & { jsDoc?: ts.Node[] };

/** Copies documentation between two trees of the same text, which differ only in comments. */
function copyDocumentation(from: Documented, to: Documented): void {
  if (from.jsDoc !== undefined) to.jsDoc = from.jsDoc;
  const { forEachChild } = cellTypeScript();
  const children: ts.Node[] = [];
  forEachChild(from, (child) => void children.push(child));
  let at = 0;
  forEachChild(to, (child) => {
    const other = children[at++];
    if (other?.kind === child.kind) copyDocumentation(other, child);
  });
}
