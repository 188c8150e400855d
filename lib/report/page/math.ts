import katex from "katex";
import { escapeHtml } from "../escape";
import type { Formula } from "./math-segments";

/** Most characters in a formula; a longer one is shown as written. */
const longest = 20_000;

/**
 * A formula as MathML, which browsers render natively: no fonts, no style sheet.
 *
 * @param macros macros that earlier formulas of the page defined, to which this one adds
 */
export function formulaHtml({ tex, display, source }: Formula, macros: Record<string, string>): string {
  if (tex.length > longest) return escapeHtml(source);
  const html = katex.renderToString(tex.trim(), {
    output: "mathml",
    displayMode: display,
    throwOnError: false,
    trust: false,
    strict: "ignore",
    maxExpand: 500,
    macros,
    globalGroup: true,
  });
  return display ? `<span class="formula" tabindex="0">${html}</span>` : html;
}
