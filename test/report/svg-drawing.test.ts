import { describe, expect, it } from "vitest";
import { rebuildSvg } from "../../lib/report/page/svg-drawing";

const xmlns = 'xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink"';
const rebuilt = (inner: string) =>
  rebuildSvg(`<svg>${inner}</svg>`)
    ?.svg.replace(`<svg ${xmlns}>`, "")
    .replace(/<\/svg>$/, "");

describe("rebuildSvg keeps what draws", () => {
  it("in a file of matplotlib: XML and document type declarations, comments, CDATA style, metadata", () => {
    const drawing = rebuildSvg(`<?xml version="1.0" encoding="utf-8" standalone="no"?>
<!DOCTYPE svg PUBLIC "-//W3C//DTD SVG 1.1//EN" "http://www.w3.org/Graphics/SVG/1.1/DTD/svg11.dtd">
<svg xmlns:xlink="http://www.w3.org/1999/xlink" width="460pt" viewBox="0 0 460 345" xmlns="http://www.w3.org/2000/svg" version="1.1">
 <metadata><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#"><cc:Work/></rdf:RDF></metadata>
 <defs><style type="text/css"><![CDATA[*{stroke-linejoin: round; stroke-linecap: butt}]]></style><path id="m" d="M 0 0"/></defs>
 <!-- figure_1 --><g style="fill: none; stroke: #1f77b4"><use xlink:href="#m" x="3"/></g></svg>`);
    expect(drawing?.leftOut).toEqual([]);
    expect(drawing?.styled).toBe(true);
    expect(drawing?.svg.replace(/\s+/g, " ")).toBe(
      `<svg ${xmlns} width="460pt" viewBox="0 0 460 345" version="1.1"> ` +
        "<defs><style>*{stroke-linejoin: round; stroke-linecap: butt}</style>" +
        `<path id="m" d="M 0 0"></path></defs> <g style="fill: none; stroke: #1f77b4"><use xlink:href="#m" x="3"></use></g></svg>`,
    );
  });

  it.each([
    [
      "Graphviz' links and titles",
      '<a xlink:href="https://example.org" xlink:title="t"><title>a&#45;&gt;b</title></a>',
      '<a xlink:href="https://example.org" rel="noopener noreferrer"><title>a-&gt;b</title></a>',
    ],
    [
      "Inkscape's filters",
      '<filter id="f"><feGaussianBlur stdDeviation="2"/></filter>',
      '<filter id="f"><feGaussianBlur stdDeviation="2"></feGaussianBlur></filter>',
    ],
    [
      "draw.io's switch, whose words remain",
      "<switch><foreignObject><div>x</div></foreignObject><text>x</text></switch>",
      "<switch><text>x</text></switch>",
    ],
    [
      "text on a path",
      '<text><textPath href="#p" startOffset="5">ab</textPath></text>',
      '<text><textPath href="#p" startOffset="5">ab</textPath></text>',
    ],
    [
      "paints of its own",
      '<rect fill="url(#g)" clip-path="url(\'#c\')"/>',
      '<rect fill="url(#g)" clip-path="url(&#39;#c&#39;)"></rect>',
    ],
    [
      "embedded rasters",
      '<image href="data:image/png;base64,AAAA" width="2"/>',
      '<image href="data:image/png;base64,AAAA" width="2"></image>',
    ],
    ["words in any script", "<text>Verlust λ ≤ 0,1 損失</text>", "<text>Verlust λ ≤ 0,1 損失</text>"],
    ["words with brackets", '<g aria-label="loss (train)"/>', '<g aria-label="loss (train)"></g>'],
  ])("such as %s", (_, inner, kept) => {
    expect(rebuilt(inner)).toBe(kept);
  });

  it("in a name space of another name, as Python writes it, and with words of its own, as Illustrator does", () => {
    const python = '<ns0:svg xmlns:ns0="http://www.w3.org/2000/svg"><ns0:rect width="9"/></ns0:svg>';
    expect(rebuildSvg(python)?.svg).toBe(`<svg ${xmlns}><rect width="9"></rect></svg>`);
    const illustrator = '<!DOCTYPE svg [<!ENTITY st0 "fill:#F00;">]><svg><path style="&st0;"/></svg>';
    expect(rebuildSvg(illustrator)?.svg).toBe(`<svg ${xmlns}><path style="fill:#F00"></path></svg>`);
  });

  it("tells what of a drawing is not there: a font of its own, Inkscape's flowing words", () => {
    const font = "<style>@font-face{font-family:a;src:url(data:font/woff;base64,AA)}</style>";
    expect(rebuildSvg(`<svg>${font}<flowRoot><flowPara>x</flowPara></flowRoot></svg>`)?.leftOut).toEqual([
      "a font of its own",
      "flowRoot",
    ]);
  });

  it("gives the ids of a drawing in a page a prefix, and its references with them", () => {
    const svg = `<svg aria-labelledby="t c"><title id="t">x</title><clipPath id="c"/><g class="skip" clip-path="url(#c)"><use href="#c"/></g></svg>`;
    expect(rebuildSvg(svg, "p")?.svg).toBe(
      `<svg ${xmlns} aria-labelledby="p-t p-c"><title id="p-t">x</title><clipPath id="p-c"></clipPath>` +
        `<g clip-path="url(#p-c)"><use href="#p-c"></use></g></svg>`,
    );
  });
});

describe("rebuildSvg leaves out what runs, loads or reaches out", () => {
  it.each([
    ["a script", "<script>alert(1)</script>", ["script"]],
    ["HTML", "<foreignObject><p onclick='x'>x</p></foreignObject>", ["foreignObject"]],
    ["a link that changes", '<set attributeName="href" to="javascript:alert(1)"/>', ["set"]],
    ["a far picture", '<image href="http://example.org/x.png"/>', ["what it points at outside of itself"]],
    [
      "a picture that is a drawing",
      '<image href="data:image/svg+xml;base64,AAAA"/>',
      ["what it points at outside of itself"],
    ],
    ["a far part", '<use xlink:href="//example.org/x#y"/>', ["what it points at outside of itself"]],
    ["a link that runs", '<a href="&#106;avascript:alert(1)">x</a>', ["a link"]],
    ["an import", "<style>@import 'http://example.org/x.css';</style>", []],
    ["a far font", "<style>@font-face{font-family:x;src:url(http://example.org/f)}</style>", ["a font of its own"]],
    [
      "a far background",
      "<style>svg{background:url(http://example.org/)}</style>",
      ["a style sheet that reaches out of the drawing"],
    ],
    [
      "a spelled-out address",
      "<style>svg{background:u\\72l(http://example.org/)}</style>",
      ["a style sheet that reaches out of the drawing"],
    ],
    [
      "an image set",
      "<style>svg{background:image-set('http://example.org/' 1x)}</style>",
      ["a style sheet that reaches out of the drawing"],
    ],
    ["a far paint", '<rect fill="url(http://example.org/#p)"/>', []],
    ["a far paint in a style", '<rect style="fill:url(//example.org/#p);stroke:src(x)"/>', []],
    ["a source that is no SVG", '<image src="http://example.org/x.png"/>', []],
    ["elements in a title", "<title><style>*{}</style><script>1</script></title>", ["script"]],
  ])("such as %s", (_, inner, told) => {
    const drawing = rebuildSvg(`<svg>${inner}</svg>`);
    expect(drawing?.leftOut).toEqual(told);
    expect(drawing?.svg).not.toMatch(/script|example\.org|on\w+=|svg\+xml|style|foreign|<set|src/);
  });

  it.each(["\u00a0", "\u000b", "\ufeff", "\u2028", "/", " x='>' ", "\n"])(
    "such as a handler behind %j",
    (separator) => {
      const svg =
        rebuildSvg(`<svg${separator}onload="alert(1)" ${separator}onclick=alert(1)><g${separator}onload='x'/></svg>`)
          ?.svg ?? "";
      expect(svg).not.toMatch(/alert|onload|onclick/);
    },
  );

  it("such as what follows the drawing, and what would paint over the page", () => {
    expect(rebuildSvg("<svg></svg><title>all the rest</title><g>")?.svg).toBe(`<svg ${xmlns}></svg>`);
    expect(rebuildSvg('<svg style="position:fixed;inset:0;opacity:.5;z-index:9"/>')?.svg).toBe(
      `<svg ${xmlns} style="opacity:.5"></svg>`,
    );
  });

  it("such as entities of its own", () => {
    const bomb = '<!DOCTYPE svg [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;">]><svg><text>&b;</text></svg>';
    expect(rebuildSvg(bomb)?.svg).toBe(`<svg ${xmlns}><text>&amp;b;</text></svg>`);
  });

  it("such as copies of copies without end, and not copies as people make them", () => {
    const level = (at: number) => `<g id="l${at}">${`<use href="#l${at - 1}"/>`.repeat(10)}</g>`;
    const levels = (count: number) =>
      `<svg><rect id="l0"/>${Array.from({ length: count }, (_, at) => level(at + 1)).join("")}</svg>`;
    expect(rebuildSvg(levels(3))?.svg).toContain('<use href="#l2">');
    expect(rebuildSvg(levels(9))).toBeUndefined();
    expect(rebuildSvg('<svg><g id="a"><use href="#a"/></g></svg>')).toBeUndefined();
  });

  it.each(["", "words", "<p>x</p>", "<html><svg/></html>", "<g/>"])("and knows that %j is no drawing", (text) => {
    expect(rebuildSvg(text)).toBeUndefined();
  });
});

describe("rebuildSvg takes time in proportion to the text", () => {
  // Each took seconds to minutes where a step looked at all that came before; the limit of a test is five seconds.
  it.each([
    ["unclosed tags", "<g".repeat(200_000)],
    ["elements within one another", "<g>".repeat(200_000)],
    ["ends without a beginning", `<svg>${"</g>".repeat(200_000)}`],
    ["one long value", `<svg><rect fill="${"a".repeat(500_000)}"/></svg>`],
    ["addresses without an end", `<svg><rect fill="${"url(#".repeat(100_000)}"/></svg>`],
    ["comments without an end", `<svg><rect fill="${"/*".repeat(200_000)}"/></svg>`],
    ["brackets", `<svg><style>${"(".repeat(200_000)}</style></svg>`],
  ])("for %s", (_, text) => {
    expect(() => rebuildSvg(text, "p")).not.toThrow();
  });
});
