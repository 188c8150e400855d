import katex from "katex";
import type MarkdownIt from "markdown-it";

/** Formulas between `$…$` and `$$…$$` as MathML, which browsers draw by themselves: no fonts, no style sheet. */
export function math(markdown: InstanceType<typeof MarkdownIt>): void {
  markdown.inline.ruler.after("escape", "math", (state, silent) => {
    const found = formulaAt(state.src, state.pos);
    if (found === undefined) return false;
    if (!silent) {
      const token = state.push("math", "math", 0);
      token.content = found.formula;
      token.block = found.block;
    }
    state.pos = found.end;
    return true;
  });
  markdown.block.ruler.before(
    "fence",
    "math",
    (state, startLine, endLine, silent) => {
      const line = (at: number) => state.src.slice((state.bMarks[at] ?? 0) + (state.tShift[at] ?? 0), state.eMarks[at]);
      if (!line(startLine).startsWith("$$")) return false;
      const gathered = [line(startLine).slice(2)];
      let next = startLine + 1;
      while (!gathered.at(-1)?.trimEnd().endsWith("$$") && next < endLine) gathered.push(line(next++));
      if (!gathered.at(-1)?.trimEnd().endsWith("$$")) return false;
      if (silent) return true;
      const token = state.push("math", "math", 0);
      token.content = gathered.join("\n").trimEnd().slice(0, -2);
      token.block = true;
      state.line = next;
      return true;
    },
    { alt: ["paragraph", "reference", "blockquote", "list"] },
  );
  markdown.renderer.rules.math = (tokens, at) => {
    const token = tokens[at];
    return token === undefined ? "" : mathMl(token.content, token.block);
  };
}

/** An amount of money is no formula: the opening sign touches its formula, the closing one is followed by no digit. */
function formulaAt(source: string, start: number): { formula: string; block: boolean; end: number } | undefined {
  const found = /^(?:\$\$([^$]+)\$\$|\$(?=\S)((?:\\.|[^$\\\n])*[^\s\\$])\$(?!\d))/.exec(
    source.slice(start, start + 4000),
  );
  if (found === null) return undefined;
  return { formula: found[1] ?? found[2] ?? "", block: found[1] !== undefined, end: start + found[0].length };
}

function mathMl(formula: string, block: boolean): string {
  const html = katex.renderToString(formula.trim(), {
    output: "mathml",
    displayMode: block,
    throwOnError: false,
    trust: false,
    strict: "ignore",
    maxExpand: 200,
  });
  return block ? `<div class="formula" tabindex="0">${html}</div>` : html;
}
