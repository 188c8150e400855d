import highlighter from "highlight.js/lib/core";
import typescript from "highlight.js/lib/languages/typescript";
import { escapeHtml } from "../escape";

/** Longest word to highlight: time grows with the square of a word's length, and no real program has longer ones. */
const longestWord = 1000;
const longestSource = 200_000;

/** Source text as highlighted HTML; anything but TypeScript and JavaScript of a readable size stays plain. */
export function highlightCode(source: string, language: string): string {
  if (source.length > longestSource || hasWordOf(longestWord, source)) return escapeHtml(source);
  if (!["ts", "typescript", "js", "javascript"].includes(language)) return escapeHtml(source);
  if (highlighter.getLanguage("typescript") === undefined) highlighter.registerLanguage("typescript", typescript);
  return highlighter.highlight(source, { language: "typescript", ignoreIllegals: true }).value;
}

function hasWordOf(length: number, source: string): boolean {
  return new RegExp(`\\S{${length}}`).test(source);
}

/** A cell's code, folded behind its first comment, which says what the cell is for. */
export function codeHtml(source: string, options: { open: boolean; note: string }): string {
  const firstLine = source.split("\n").find((line) => line.trim() !== "") ?? "";
  const comment = /^\s*\/\/\s*(.+)$/.exec(firstLine.slice(0, 400))?.[1];
  const summary = comment ?? firstLine.slice(0, 90);
  const words = comment === undefined ? `<code>${escapeHtml(summary)}</code>` : escapeHtml(summary);
  const code = highlightCode(source, "typescript");
  return (
    `<details class="code"${options.open ? " open" : ""}><summary><span>${words}</span>` +
    `<small>${escapeHtml(options.note)}</small></summary><pre tabindex="0"><code>${code}</code></pre></details>`
  );
}
