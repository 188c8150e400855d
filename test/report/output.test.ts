import type { IOutput } from "@jupyterlab/nbformat";
import { describe, expect, it } from "vitest";
import { type NotebookResult, pageHtml } from "../../lib/report";
import { codeCell, notebookOf, textCell } from "./sample-notebook";

const display = (data: object, metadata: object = {}) => ({ output_type: "display_data", data, metadata }) as IOutput;
const ok = (...outputs: IOutput[]): NotebookResult => ({
  name: "n",
  notebook: notebookOf([codeCell("x", outputs)]),
  status: "ok",
  seconds: 1,
});
const cellOf = async (data: object) => {
  const { html } = await pageHtml(ok(display(data)));
  return html.slice(html.indexOf('id="cell-1"'), html.indexOf("</main>"));
};

describe("an output of a cell", () => {
  it.each(["png", "jpeg", "gif", "webp"])("is shown as a picture when it is image/%s", async (format) => {
    const cell = await cellOf({ [`image/${format}`]: "AAAA\nBBBB\n", "text/plain": "<Figure>" });
    expect(cell).toContain(`<img src="data:image/${format};base64,AAAABBBB"`);
    expect(cell).not.toContain("Figure&gt;");
  });

  it("is read as Markdown, as LaTeX or as JSON when it is that", async () => {
    expect(await cellOf({ "text/markdown": "**bold** $x$", "text/plain": "y" })).toMatch(
      /<strong>bold<\/strong> .*<math/,
    );
    for (const latex of [
      "$\\displaystyle x^2$",
      "$$x^2$$",
      "\\[x^2\\]",
      "x^2",
      "\\begin{align}x^2\\end{align}",
      "Words $x^2$",
    ])
      expect(await cellOf({ "text/latex": latex, "text/plain": "x**2" })).toContain("<msup>");
    expect(await cellOf({ "application/json": { a: ["<b>"] } })).toContain("&quot;&lt;b&gt;&quot;");
  });

  it("is drawn when it is a Vega-Lite specification that nobody drew", async () => {
    const spec = { data: { values: [{ x: 1 }] }, mark: "point", encoding: { x: { field: "x", type: "quantitative" } } };
    expect(await cellOf({ "application/vnd.vegalite.v6+json": spec, "text/plain": "alt.Chart(...)" })).toMatch(
      /<figure id="figure-1">.*<svg/s,
    );
    const far = { ...spec, data: { url: "http://example.org/x.json" } };
    expect(await cellOf({ "application/vnd.vegalite.v5+json": far, "text/plain": "alt.Chart(...)" })).toMatch(
      /figures fetch nothing.*alt\.Chart/s,
    );
  });

  it.each(["application/pdf", "application/javascript", "application/vnd.jupyter.widget-view+json"])(
    "is named, with its text, when a page cannot show it: %s",
    async (mime) => {
      const cell = await cellOf({ [mime]: "AAAA", "text/plain": "words" });
      expect(cell).toContain(`A page cannot show an output of type ${mime}; the executed notebook has it.`);
      expect(cell).toContain("words");
    },
  );

  it("says what of a drawing it leaves out, and what is no drawing", async () => {
    const svg = "<svg><script>alert(1)</script><rect/></svg>";
    expect(await cellOf({ "image/svg+xml": svg })).toContain("Left out of this drawing: script.");
    expect(await cellOf({ "image/svg+xml": "<p>x</p>", "text/plain": "words" })).toMatch(
      /it is no SVG, or more than a browser can draw.*words/s,
    );
  });
});

describe("what a notebook says of itself", () => {
  const evil = '"><meta http-equiv="refresh" content="0;url=http://example.org">';

  it("is escaped wherever it stands", async () => {
    const cell = { ...codeCell("x"), metadata: { njepa: { kept: evil } } };
    const { html } = await pageHtml({ name: "n", notebook: notebookOf([cell as never]), status: "ok", seconds: 1 });
    expect(html).toContain("unknown");
    expect(html).not.toContain('<meta http-equiv="refresh');
  });

  it("does not stand above what the runner saw", async () => {
    const claims = { commit: "forged", clean: true, node: "99", tensorflow: "2.21.0" };
    const output = display({ "application/vnd.njepa.provenance+json": claims });
    const { html } = await pageHtml(ok(output), { commit: "abc123", clean: false, node: "20.0.0" });
    for (const text of ["abc123", "changed since the commit", "20.0.0", "2.21.0"]) expect(html).toContain(text);
    expect(html).not.toContain("forged");
  });

  it("does not empty the page by an input that binds to it", async () => {
    const spec = { mark: "point", params: [{ name: "s", value: 1, bind: { input: "range", element: "body" } }] };
    const label = { njepa: { id: "f", caption: "c", kind: "figure" } };
    const data = { "image/svg+xml": "<svg><rect/></svg>", "application/vnd.vegalite.v5+json": spec };
    const { html } = await pageHtml(ok(display(data, label)));
    expect(html).toContain('<figure id="f">');
    expect(html).not.toContain('class="explore"');
  });
});

describe("a notebook that was trusted by name", () => {
  const scripts = "<script>draw(1)</script><p onclick=\"draw('2')\">x</p>";
  const policyOf = (html: string) => /content="(default-src[^"]*)"/.exec(html)?.[1] ?? "";

  it("runs the scripts of its outputs by their hashes, in a frame, and the page no others", async () => {
    const [plain, trusted] = [
      await pageHtml(ok(display({ "text/html": scripts }))),
      await pageHtml(ok(display({ "text/html": scripts })), {}, { trusted: true }),
    ];
    expect(plain.html).toContain('<iframe sandbox=""');
    expect(trusted.html).toContain('<iframe sandbox="allow-scripts"');
    const own = /script-src ('sha256-[^']+')/.exec(policyOf(plain.html))?.[1] ?? "";
    // printf "draw(1)" | openssl dgst -sha256 -binary | base64, and the same of draw('2')
    const first = "'sha256-dfi9fqhOSdCUIwvogWHsRAHFmkMxyrPXs4/vZcKShEk='";
    const second = "'sha256-iCqgUD6MO1MLGHJAYRXZeSKpzpaizrgvolOZ4gubFBs='";
    for (const source of [own, first, second, "'unsafe-hashes'", "webrtc 'block'"])
      expect(policyOf(trusted.html)).toContain(source);
    expect(policyOf(trusted.html)).not.toMatch(/script-src[^;]*'unsafe-inline'/);
    expect(policyOf(plain.html)).not.toMatch(/unsafe-hashes|webrtc/);
  });

  it("trusts nothing where its output is left out for its size", async () => {
    const large = `${scripts}${"x".repeat(1_300_000)}`;
    const { html } = await pageHtml(ok(display({ "text/html": large })), {}, { trusted: true });
    expect(policyOf(html)).not.toContain("unsafe-hashes");
    expect(html).toContain("is left out to keep this page small");
  });
});

describe("a page of many headings and links", () => {
  it("is written in time in proportion to them", async () => {
    const cells = [textCell("# a\n\n[x](#a) [y](#b)\n\n".repeat(2000))];
    const { html } = await pageHtml({ name: "n", notebook: notebookOf(cells), status: "ok", seconds: 1 });
    expect(html).toContain('id="a-2000"');
  });
});

describe("HTML in a frame", () => {
  const frameOf = async (html: string, trusted = false) => {
    const { html: page } = await pageHtml(ok(display({ "text/html": html })), {}, { trusted });
    const [, words = ""] = /srcdoc="([^"]*)"/.exec(page) ?? [];
    const text = words
      .replaceAll("&lt;", "<")
      .replaceAll("&gt;", ">")
      .replaceAll("&quot;", '"')
      .replaceAll("&#39;", "'");
    return { html: text.replaceAll("&amp;", "&"), page };
  };

  it("stays as it is where it only draws: tables with styles, SVG, pictures, words with signs", async () => {
    const kept =
      '<style>.a > b{color:red}</style><table class="a" border="1"><tbody><tr><td style="color:red">1 &lt; 2 &amp; é</td></tr></tbody></table>' +
      '<svg viewbox="0 0 9 9"><path d="M0 0"></path></svg><img src="data:image/png;base64,AAAA"><details open=""><summary>x</summary></details>';
    expect((await frameOf(kept)).html).toBe(kept);
  });

  it("has no frame, no page setting and nothing that loads: Chromium connects to a frame's address before it asks the policy", async () => {
    const to = "http://127.0.0.1:9/";
    for (const evil of [
      `<iframe src="${to}"></iframe><frameset><frame src="${to}"></frameset><object data="${to}"></object><embed src="${to}">`,
      `<meta http-equiv="refresh" content="0;url=${to}"><base href="${to}"><link rel="preconnect" href="${to}">`,
      `<svg><foreignObject><iframe src="${to}"></iframe></foreignObject><style><p><iframe src="${to}"></style></svg>`,
      `<noscript><p title="</noscript><iframe src=${to}></iframe>">x</p></noscript><xmp><iframe src="${to}"></xmp>`,
      `<style><!--</style><iframe src="${to}"></iframe>--></style><template><iframe src="${to}"></iframe></template>`,
      `<textarea><iframe src="${to}"></textarea><title><iframe src="${to}"></title><!--><iframe src="${to}"></iframe>-->`,
    ]) {
      for (const trusted of [false, true])
        expect((await frameOf(evil, trusted)).html).not.toMatch(/<(iframe|frame|object|embed|meta|base|link)\b/);
    }
    const { page } = await frameOf(`<p>x</p><iframe src="${to}"></iframe>`);
    expect(page).toContain("Left out of this HTML: a frame; the executed notebook has it.");
  });

  it("has no scripts, and says so, unless it is trusted; then each is as it was written", async () => {
    const script = "<script>if (1 < 2 && a) draw('<b>')</script>";
    const [plain, trusted] = [await frameOf(script), await frameOf(script, true)];
    expect(plain.html).toBe("");
    expect(plain.page).toContain("Left out of this HTML: scripts, which run for a notebook that is trusted by name");
    expect(trusted.html).toMatch(/^<script>for .*<\/script><script>if \(1 < 2 && a\) draw\('<b>'\)<\/script>$/);
  });

  it("is left out where it is nested more deeply than browsers lay out", async () => {
    expect((await frameOf("<b>".repeat(100_000))).page).toContain("it is nested too deeply");
  });
});
