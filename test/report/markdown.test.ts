import { describe, expect, it } from "vitest";
import { createAnchors } from "../../lib/report/page/anchors";
import { markdownHtml } from "../../lib/report/page/markdown";

const page = () => ({ ...createAnchors(), macros: {}, formulaRoom: 100_000 });
const render = (text: string, attachments = {}) => markdownHtml(text, page(), attachments).html;

/** The page's words with each formula as ⟦its TeX⟧. */
const seen = (html: string) =>
  html
    .replace(/<math[\s\S]*?<annotation[^>]*>([\s\S]*?)<\/annotation>[\s\S]*?<\/math>/g, "⟦$1⟧")
    .replace(/<span class="katex">([^<]*)<\/span>/g, "$1")
    .replace(/<span class="formula" tabindex="0">([^<]*)<\/span>/g, "[$1]")
    .trim();
const shown = (text: string) => seen(render(text));

describe("formulas of a notebook's Markdown", () => {
  it.each([
    ["$$x$$ text\n\n# H\n\n$$y$$ more", '<p>[⟦x⟧] text</p>\n<h1 id="h">H</h1>\n<p>[⟦y⟧] more</p>'],
    ["$$\nx\n$$", "<p>[⟦x⟧]</p>"],
    ["two lines $a +\nb$ end", "<p>two lines ⟦a +\nb⟧ end</p>"],
    ["\\begin{align}\na &= b \\\\\n- c\n\\end{align}", "<p>[⟦\\begin{align}\na &amp;= b \\\\\n- c\n\\end{align}⟧]</p>"],
    ["\\\\(x\\\\) and \\\\[y\\\\]", "<p>⟦x⟧ and [⟦y⟧]</p>"],
    ["> $$\n> x\n> + y\n> $$", "<blockquote>\n<p>[⟦x\n+ y⟧]</p>\n</blockquote>"],
    ["$ x_1 $ and $ y $", "<p>⟦x_1⟧ and ⟦y⟧</p>"],
    ["$k$NN, the $n$th, $5$ times $3 \\times 4$", "<p>⟦k⟧NN, the ⟦n⟧th, ⟦5⟧ times ⟦3 \\times 4⟧</p>"],
  ])("are found in %j", (text, html) => {
    expect(shown(text)).toBe(html);
  });

  it("may hold the sign that parts a table's cells", () => {
    expect(shown("| a | b |\n|---|---|\n| $|x|$ | $\\|y\\|$ |")).toContain("<td>⟦|x|⟧</td>\n<td>⟦\\|y\\|⟧</td>");
  });

  it.each([
    ["It costs $5 of electricity, or $6 in winter."],
    ["It costs $30 a month and lives in $HOME."],
    ["$30/$HOME and $PATH:$HOME"],
    ["a $x\n\ny$ b"],
    ["$ a$ and $b $"],
    ["costs $ 5 or $ 6, R$ 5 or R$ 6; the signs $ and $ too"],
  ])("are not amounts of money, variables of the shell, or signs of two paragraphs: %j", (text) => {
    expect(
      render(text)
        .replace(/<\/?p>/g, "")
        .trim()
        .replace("\n", "\n\n"),
    ).toBe(text);
  });

  it.each(["`$a$`", "```sh\necho $a $b$\n```", "    echo $a$", "~~~\n$a$\n~~~", "<!-- $a$ -->"])(
    "are not looked for in %j",
    (text) => {
      expect(render(text)).not.toContain("<math");
      if (!text.startsWith("<!--")) expect(render(text)).toContain("$a");
    },
  );

  it("define words for later cells of the page", () => {
    const shared = page();
    markdownHtml("$\\newcommand{\\E}{\\mathbb{E}}$", shared);
    expect(markdownHtml("$\\E[x]$", shared).html).toContain('mathvariant="double-struck">E<');
  });
});

describe("HTML in a notebook's Markdown", () => {
  it("is kept where it arranges words, and balanced", () => {
    expect(render("a<br>b <b>c <sub>2</sub>\n\n<div align='center'>d")).toBe(
      '<p>a<br>b <b>c <sub>2</sub></b></p>\n<div align="center">d</div>',
    );
  });

  it("is not shown where it is a comment", () => {
    expect(render("before <!-- x --> after\n\n<!--\nblock\n-->\n\nend").replace(/\s+/g, " ")).toBe(
      "<p>before after</p> <p>end</p> ",
    );
  });

  it.each([
    "<script>alert(1)</script>",
    "<style>*{display:none}</style>",
    "<iframe src='http://example.org'></iframe>",
    "<img src=x onerror=alert(1)>",
    "<b onclick='alert(1)'>x</b>",
    "<svg onload=alert(1)><a xlink:href='javascript:alert(1)'/></svg>",
    "<a href='java\tscript:alert(1)'>x</a>",
    "<a href='\u0001javascript:alert(1)'>x</a>",
    "[x](javascript:alert(1))",
    "[x](data:text/html,alert(1))",
    "<meta http-equiv=refresh content='0;url=http://example.org'>",
    "<form action='http://example.org'><input></form>",
    "<div style='position:fixed;inset:0;background:url(http://example.org)'>x</div>",
    "</section></main><title>",
    "<math><mtext><script>alert(1)</script></mtext></math>",
    "<noscript><p title='</noscript><img src=x onerror=alert(1)>'></noscript>",
  ])("runs nothing, asks for nothing and covers nothing: %s", (text) => {
    expect(render(`${text}\n\nx ${text}`)).not.toMatch(/alert\(|example\.org|position|<\/section|<style|<title/);
  });

  it("cannot take the page's ids, nor one id twice", () => {
    const html = render('<a id="content"></a><a name="cell-3"></a><p id="x"></p><p id="x"></p>');
    expect([...html.matchAll(/id="([^"]+)"/g)].map(([, id]) => id)).toEqual(["content-2", "cell-3-", "x", "x-2"]);
  });
});

describe("links and pictures of a notebook's Markdown", () => {
  it("lead to headings as Jupyter, GitHub and their authors name them", () => {
    const shared = page();
    const links =
      "[a](#Heading-Links) [b](#heading-links) [c](#Own_Name) [d](#Gr%C3%B6%C3%9Fe) [e](#nowhere) [f](#mine) [g](#Its-words)";
    const own = '<h2 align="center" id="mine">Its words</h2>';
    const text = `${links}\n\n## Heading Links\n\n## Größe\n\n<a id="Own_Name"></a>\n\n${own}`;
    const html = shared.resolveLinks(markdownHtml(text, shared).html);
    const ids = new Set([...html.matchAll(/ id="([^"]+)"/g)].map(([, id]) => id));
    const targets = [...html.matchAll(/href="#([^"]+)"/g)].map(([, target]) => target);
    expect(targets.map((target) => ids.has(target))).toEqual([true, true, true, true, false, true, true]);
    expect(html).toContain('<h2 id="its-words" align="center"><a id="mine"></a>Its words</h2>');
  });

  it("show files of the cell whatever their names", () => {
    const files = { "my image.png": { "image/png": "AAAA" }, "図 (1).png": { "image/png": ["BB\n", "BB"] } };
    const html = render(
      "![a](attachment:my image.png) ![b](attachment:my%20image.png) ![c](attachment:図 (1).png)\n\n<img src='attachment:my image.png' width=30>",
      files,
    );
    expect([...html.matchAll(/base64,(\w+)/g)].map(([, data]) => data)).toEqual(["AAAA", "AAAA", "BBBB", "AAAA"]);
    expect(html).toContain('width="30"');
  });

  it("name a picture that is not in the notebook", () => {
    expect(render("![a plot](plot.png)")).toContain("[picture left out: a plot;");
  });
});

describe("Markdown takes time in proportion to its length", () => {
  // Twenty thousand headings took 16 s and a word of 40 000 letters 8 s; a test's limit is far above what these take.
  it.each([
    ["headings of one name", "# a\n\n".repeat(8000)],
    ["opening signs", "$a ".repeat(30_000)],
    ["backticks", "` ".repeat(50_000)],
    ["environments without an end", "\\begin{align}".repeat(20_000)],
    ["elements within one another", "<b>".repeat(50_000)],
    ["a long word of code", `\`\`\`ts\n${"a".repeat(40_000)}\n\`\`\``],
    ["comments without an end", "<!--".repeat(50_000)],
  ])("for %s", (_, text) => {
    expect(render(text).length).toBeLessThan(text.length * 10);
  });
});
