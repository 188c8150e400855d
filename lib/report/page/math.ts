import katex from "katex";
import { escapeHtml } from "../escape";
import type { Formula } from "./math-segments";

/** Most characters in a formula; a longer one is shown as written. */
const longest = 20_000;
/** Most macros that are expanded in a formula, and most characters that those defined in it may become. */
const expansions = 500;
const expanded = 100_000;
/** Most tokens of a macro that later formulas may use: 500 times as many are still drawn in a moment. */
const longestMacro = 200;

/** Most signs of a formula between words that a phone shows whole; a longer one scrolls by itself. */
const mostInline = 30;

/** State shared by all formulas of a page. */
export interface FormulaPlace {
  /** TeX macros, shared from cell to cell. */
  readonly macros: Record<string, unknown>;
  /** Characters of HTML that formulas may still take: a macro of a few letters can stand for thousands. */
  formulaRoom: number;
}

/**
 * A formula as MathML, which browsers render natively: no fonts, no style sheet. As written, if it is too long or the
 * page's room for formulas is used up.
 *
 * @param page its macros, defined by earlier formulas, to which this one adds, and its room, which shrinks
 */
export function formulaHtml({ tex, display, source }: Formula, page: FormulaPlace): string {
  if (tex.length > longest || page.formulaRoom <= 0) return escapeHtml(source);
  const html = katex.renderToString(tex.trim(), {
    output: "mathml",
    displayMode: display,
    throwOnError: false,
    trust: false,
    strict: "ignore",
    maxExpand: Math.min(expansions, Math.ceil(expanded / Math.max(1, tex.length))),
    macros: page.macros as Record<string, string>,
    globalGroup: true,
  });
  page.formulaRoom -= html.length;
  for (const [name, macro] of Object.entries(page.macros)) if (tokensOf(macro) > longestMacro) delete page.macros[name];
  if (display) return `<span class="formula" tabindex="0">${html}</span>`;
  return signsOf(html) > mostInline ? `<span class="formula inline" tabindex="0">${html}</span>` : html;
}

/** How many signs a formula draws: what stands in its MathML, but for the TeX that it was made of. */
function signsOf(html: string): number {
  return html.replace(/<annotation[\s\S]*<\/annotation>|<[^>]*>/g, "").length;
}

function tokensOf(macro: unknown): number {
  const { tokens } = macro as { tokens?: readonly unknown[] };
  return Array.isArray(tokens) ? tokens.length : 0;
}
