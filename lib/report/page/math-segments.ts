/** A formula in a Markdown text. */
export interface Formula {
  /** TeX without its delimiters; an environment keeps its `\begin` and `\end`. */
  readonly tex: string;
  /** Whether it is displayed on its own lines. */
  readonly display: boolean;
  /** As written, delimiters included. */
  readonly source: string;
}

/** Placeholder for the n-th formula while Markdown is parsed, of characters that occur in no text. */
export const formulaMark = /\uE000(\d+)\uE001/g;

const environments =
  "align alignat aligned alignedat array bmatrix Bmatrix cases CD darray dcases drcases equation gather gathered matrix " +
  "multline pmatrix rcases smallmatrix split subarray vmatrix Vmatrix";
const environment = new RegExp(`^\\\\begin\\{((?:${environments.split(" ").join("|")})\\*?)\\}`);

/**
 * Takes the formulas out of a Markdown text before Markdown can interpret their characters, as Jupyter does: `$…$`,
 * `$$…$$`, `\\(…\\)`, `\\[…\\]` and environments. Code, comments and amounts of money stay. Takes linear time in
 * the length of the text.
 */
export function takeFormulas(markdown: string): { text: string; formulas: Formula[] } {
  const source = markdown.replace(/[\uE000\uE001]/g, "\uFFFD");
  const find = createFinder(source);
  const formulas: Formula[] = [];
  const parts: string[] = [];
  let kept = 0;
  let at = 0;
  const take = (end: number, from: number, to: number, display: boolean) => {
    parts.push(source.slice(kept, at), `\uE000${formulas.length}\uE001`);
    const whole = source.slice(at, end);
    formulas.push({ tex: unquoted(source, at, source.slice(from, to)), display, source: whole });
    kept = end;
    at = end;
  };
  while (at < source.length) {
    const sign = source[at];
    const paragraph = find.blankLine(at);
    if (sign === "`" || sign === "~") {
      at = afterCode(source, at, find);
    } else if (source.startsWith("<!--", at)) {
      const end = find.next("-->", at);
      at = end === -1 ? source.length : end + 3;
    } else if (sign === "\\") {
      const begun = environment.exec(source.slice(at, at + 24));
      const close = { "\\\\(": "\\\\)", "\\\\[": "\\\\]" }[source.slice(at, at + 3)];
      const token = begun ? `\\end{${begun[1]}}` : close;
      const end = token === undefined ? -1 : find.next(token, at + 1);
      if (token === undefined || end === -1 || end > paragraph) at += 2;
      else if (begun) take(end + token.length, at, end + token.length, true);
      else take(end + 3, at + 3, end, close === "\\\\]");
    } else if (source.startsWith("$$", at)) {
      const end = find.next("$$", at + 2);
      if (end === -1 || end > paragraph || source.slice(at + 2, end).trim() === "") at += 2;
      else take(end + 2, at + 2, end, true);
    } else if (sign === "$") {
      const isSpaced = /\s/.test(source[at + 1] ?? "");
      const isPrice = isSpaced && /\w/.test(source[at - 1] ?? "");
      const end = isPrice ? -1 : find.closingDollar(at + 1, isSpaced);
      if (end === -1 || end > paragraph || !isFormula(source.slice(at + 1, end), source.slice(end + 1, end + 9)))
        at += 1;
      else take(end + 1, at + 1, end, false);
    } else at += 1;
  }
  parts.push(source.slice(kept));
  return { text: parts.join(""), formulas };
}

/** Whether text between single dollar signs is a formula, not an amount of money or a shell variable. */
function isFormula(spaced: string, after: string): boolean {
  const body = spaced.trim();
  if (body === "" || /(?<!\\)\$/.test(body)) return false;
  const isTex = /[\\^_={}<>+]/.test(body);
  // Between spaces words are more often words than names of variables.
  if (body !== spaced && !isTex && /[A-Za-z]{2}/.test(body)) return false;
  if (/^\d/.test(body) && !isTex && /[A-Za-z]{2}/.test(body)) return false;
  return !(/^[A-Z_]{2}/.test(after) && /^(?:[\d.,]+|[A-Z_]{2,})\W*$/.test(body));
}

/** The position after a code span or fenced block that begins here, or after the backticks or tildes if none does. */
function afterCode(source: string, at: number, find: Finder): number {
  const sign = source[at] as string;
  let end = at;
  while (source[end] === sign) end++;
  const beginsLine = /(?:^|\n) {0,3}$/.test(source.slice(Math.max(0, at - 4), at));
  if (end - at >= 3 && beginsLine) return find.fenceEnd(sign, at);
  if (sign === "~") return end;
  const close = find.run(end - at, end);
  return close === -1 || close > find.blankLine(at) ? end : close + (end - at);
}

/** A formula inside a block quote, without the quote's own markers. */
function unquoted(source: string, at: number, tex: string): string {
  return /(?:^|\n)[ \t]{0,3}>[^\n]*$/.test(source.slice(Math.max(0, at - 200), at))
    ? tex.replace(/\n[ \t]*>[ \t]?/g, "\n")
    : tex;
}

type Finder = ReturnType<typeof createFinder>;

/** Looks ahead in a text, visiting each character once: a match is kept until the reader is past it. */
function createFinder(source: string) {
  const found = new Map<string, number>();
  const search = (key: string, from: number, look: (from: number) => number): number => {
    const known = found.get(key);
    if (known !== undefined && (known === -1 || known >= from)) return known;
    const place = look(from);
    found.set(key, place);
    return place;
  };
  const matching = (pattern: RegExp) => (from: number) => {
    pattern.lastIndex = from;
    return pattern.exec(source)?.index ?? -1;
  };
  const dollar = matching(/(?<=[^\s\\$])\$(?![\d$])/g);
  const spacedDollar = matching(/(?<=\s)\$(?![\w$])/g);
  const blank = matching(/\n[ \t]*\n/g);
  return {
    next: (token: string, from: number) => search(token, from, (place) => source.indexOf(token, place)),
    /** As `$x$` is closed or, if it begins with a space, `$ x $`. */
    closingDollar: (from: number, isSpaced: boolean) =>
      isSpaced ? search("spaced", from + 1, spacedDollar) : search("closing", from, dollar),
    blankLine: (from: number) => {
      const place = search("blank", from, blank);
      return place === -1 ? source.length : place;
    },
    run: (length: number, from: number) =>
      search(`run ${length}`, from, matching(new RegExp(`(?<!\`)\`{${length}}(?!\`)`, "g"))),
    fenceEnd: (sign: string, from: number) => {
      const line = source.indexOf("\n", from);
      const close = line === -1 ? -1 : search(`fence ${sign}`, line, matching(new RegExp(`\\n {0,3}${sign}{3,}`, "g")));
      return close === -1 ? source.length : close + 1 + source.slice(close + 1).search(/\S/) + 3;
    },
  };
}
