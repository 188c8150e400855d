import { isCompleteCode } from "tslab/dist/converter.js";
import type { Executor } from "tslab/dist/executor.js";
import { printQuickInfo } from "tslab/dist/inspect.js";
import { cellTypeScript } from "./cell-typescript";

type Asked = Pick<Executor, "complete" | "inspect">;

/** Content of a complete_reply; places are counted in code points, as Jupyter does. */
export function completion(executor: Asked, code: string, cursor: number): object {
  const { start, end, candidates, original } = executor.complete(code, unitsOf(code, cursor));
  const matches = [...new Set(candidates)];
  const kinds = new Map(original?.entries.map(({ name, kind }) => [name, kind]));
  const [from, to] = [pointsOf(code, start), pointsOf(code, end)];
  // JupyterLab shows the kinds beside the words.
  const types = matches.map((text) => ({ text, start: from, end: to, type: kinds.get(text) ?? "" }));
  return { matches, cursor_start: from, cursor_end: to, metadata: { _jupyter_types_experimental: types } };
}

/** Content of an inspect_reply: signature and documentation of what stands at the cursor. */
export function inspection(executor: Asked, code: string, cursor: number): object {
  const info = executor.inspect(code, unitsOf(code, cursor));
  if (!info) return { found: false, data: {}, metadata: {} };
  return { found: true, data: forms(info), metadata: {} };
}

/** Content of an is_complete_reply. */
export function completeness(code: string): object {
  const { completed, indent = "" } = isCompleteCode(code);
  if (!completed) return { status: "incomplete", indent };
  return { status: syntaxErrors(code) > 0 ? "invalid" : "complete" };
}

function syntaxErrors(code: string): number {
  const typescript = require(cellTypeScript()) as {
    ScriptTarget: { ES2022: number };
    createSourceFile(name: string, text: string, target: number): { parseDiagnostics?: unknown[] };
  };
  return typescript.createSourceFile("cell.ts", code, typescript.ScriptTarget.ES2022).parseDiagnostics?.length ?? 0;
}

/** For a cell like `njepa.train?`: what a console shows in its pager; undefined for all other cells. */
export function page(executor: Asked, code: string): object | undefined {
  const name = code.match(/^\s*\??\s*([\p{L}_$][\p{L}\p{N}_$.]*)\s*\??\s*$/u)?.[1];
  if (name === undefined || !code.includes("?")) return undefined;
  const info = executor.inspect(name, name.length);
  return { source: "page", start: 0, data: info ? forms(info) : { "text/plain": `${name} is not known here` } };
}

function forms(info: Parameters<typeof printQuickInfo>[0]): Record<string, string> {
  const text = printQuickInfo(info);
  const signature = (info.displayParts ?? []).map((part) => part.text).join("");
  const rest = text.slice(signature.length).trim();
  return { "text/plain": text, "text/markdown": `\`\`\`typescript\n${signature}\n\`\`\`\n\n${rest}` };
}

/** JavaScript counts a character beyond the first 65 536 as two. */
function unitsOf(text: string, points: number): number {
  return [...text].slice(0, points).join("").length;
}

function pointsOf(text: string, units: number): number {
  return [...text.slice(0, units)].length;
}
