import {
  type CellCompiler,
  cellTypeScript,
  complete,
  type Inspection,
  inspect,
  shareCellTypeScript,
} from "../compiler";

/** Content of a complete_reply; positions are counted in code points, as in Jupyter. */
export function completion(compiler: CellCompiler, code: string, cursor: number): object {
  const { start, end, entries } = complete(compiler, code, unitsOf(code, cursor));
  const kinds = new Map(entries.map(({ name, kind }) => [name, kind]));
  const matches = [...kinds.keys()];
  const [from, to] = [pointsOf(code, start), pointsOf(code, end)];
  // JupyterLab shows the kind beside each completion, with a colored letter for those that it knows.
  const types = matches.map((text) => ({ text, start: from, end: to, type: shownKind(kinds.get(text) ?? "") }));
  return { matches, cursor_start: from, cursor_end: to, metadata: { _jupyter_types_experimental: types } };
}

/** Jupyter's name for one of TypeScript's kinds. */
function shownKind(kind: string): string {
  if (["const", "let", "var", "local var", "parameter"].includes(kind)) return "variable";
  if (["method", "local function"].includes(kind)) return kind === "method" ? "method" : "function";
  if (["getter", "setter", "accessor"].includes(kind)) return "property";
  return { alias: "module", type: "type", enum: "enum", "enum member": "value" }[kind] ?? kind;
}

/** Content of an inspect_reply: signature, documentation and members of what is at the cursor. */
export function inspection(compiler: CellCompiler, code: string, cursor: number): object {
  const info = inspect(compiler, code, unitsOf(code, cursor));
  if (!info) return { found: false, data: {}, metadata: {} };
  return { found: true, data: forms(info), metadata: {} };
}

/** Content of an is_complete_reply. */
export function completeness(code: string): object {
  shareCellTypeScript();
  const { isCompleteCode } = require("tslab/dist/converter.js") as typeof import("tslab/dist/converter.js");
  const { completed, indent = "" } = isCompleteCode(code);
  if (!completed) return { status: "incomplete", indent };
  const errors = syntaxErrors(code);
  if (errors.includes(openTemplate)) return { status: "incomplete", indent: "" };
  return { status: errors.length > 0 ? "invalid" : "complete" };
}

/** TS1160: a text in backquotes, which may go on in the next line, has no end. */
const openTemplate = 1160;

/** TypeScript's numbers for what is wrong. */
function syntaxErrors(code: string): number[] {
  const { createSourceFile, ScriptTarget } = cellTypeScript();
  // A module, where `await` may stand outside functions.
  const file = createSourceFile("cell.ts", `${code}\nexport {};`, ScriptTarget.ES2022);
  return ((file as { parseDiagnostics?: { code: number }[] }).parseDiagnostics ?? []).map((wrong) => wrong.code);
}

/** What a console shows in its pager for a cell like `njepa.train?`; undefined for all other cells. */
export function page(compiler: CellCompiler, code: string): object | undefined {
  const name = code.match(/^\s*\??\s*([\p{L}_$][\p{L}\p{N}_$.]*)\s*\??\s*$/u)?.[1];
  if (name === undefined || !code.includes("?")) return undefined;
  const info = inspect(compiler, name, name.length);
  return { source: "page", start: 0, data: info ? forms(info) : { "text/plain": `${name} is not known here` } };
}

function forms({ signature, documentation, members }: Inspection): Record<string, string> {
  const shown = members.length === 0 ? "" : ` {\n${members.map((member) => `  ${member};`).join("\n")}\n}`;
  const parts = [`${signature}${shown}`, documentation].filter((part) => part !== "");
  return {
    "text/plain": parts.join("\n\n"),
    "text/markdown": [`\`\`\`typescript\n${signature}${shown}\n\`\`\``, documentation].join("\n\n"),
  };
}

/** Length in UTF-16 units of so many code points: JavaScript counts a character beyond the first 65 536 as two. */
function unitsOf(text: string, points: number): number {
  return [...text].slice(0, points).join("").length;
}

function pointsOf(text: string, units: number): number {
  return [...text.slice(0, units)].length;
}
