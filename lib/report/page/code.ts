import highlighter from "highlight.js/lib/core";
import typescript from "highlight.js/lib/languages/typescript";
import { escapeHtml } from "../escape";

/** Source text as HTML with marked words; anything but TypeScript and JavaScript stays plain. */
export function highlightCode(source: string, language: string): string {
  if (!["ts", "typescript", "js", "javascript"].includes(language)) return escapeHtml(source);
  if (highlighter.getLanguage("typescript") === undefined) highlighter.registerLanguage("typescript", typescript);
  return highlighter.highlight(source, { language: "typescript", ignoreIllegals: true }).value;
}

/** A cell's code, folded behind its first comment, which says what the cell is for. */
export function codeHtml(source: string, options: { open: boolean; note: string }): string {
  const comment = /^\s*\/\/\s*(.+)$/m.exec(source.split("\n").find((line) => line.trim() !== "") ?? "")?.[1];
  const summary = comment ?? `${source.split("\n")[0]?.slice(0, 90) ?? ""}`;
  const words = comment === undefined ? `<code>${escapeHtml(summary)}</code>` : escapeHtml(summary);
  const code = highlightCode(source, "typescript");
  return (
    `<details class="code"${options.open ? " open" : ""}><summary><span>${words}</span>` +
    `<small>${escapeHtml(options.note)}</small></summary><pre tabindex="0"><code>${code}</code></pre></details>`
  );
}
