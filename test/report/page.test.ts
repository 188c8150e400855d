import type { IOutput } from "@jupyterlab/nbformat";
import { describe, expect, it } from "vitest";
import { type NotebookResult, pageHtml, table } from "../../lib/report";
import { tableMime } from "../../lib/report/table/table-model";
import { codeCell, notebookOf, sampleNotebook, shownOutput, stream, textCell } from "./sample-notebook";

const ok = (notebook: NotebookResult["notebook"]): NotebookResult => ({
  name: "n",
  notebook,
  status: "ok",
  seconds: 1,
});
const html = async (notebook: NotebookResult["notebook"]) => (await pageHtml(ok(notebook))).html;
const display = (data: object, metadata: object = {}) => ({ output_type: "display_data", data, metadata }) as IOutput;

/** The page with what is only text in it taken away: what a browser acts on. */
const tags = (page: string) => page.match(/<[a-z!/][^>]*>/gi)?.join("\n") ?? "";

describe("pageHtml", () => {
  it("shows everything of an executed notebook, under two megabytes, with nothing that asks for anything", async () => {
    const page = await pageHtml(ok(await sampleNotebook()), { commit: "abc123", clean: false });
    expect(page).toMatchObject({ title: "Noise at several levels", tables: 2, figures: 3 });
    expect(page.html.length).toBeLessThan(2_000_000);
    for (const text of [
      "68.1 ± 1.0",
      "step 600/600  loss 0.131  1.9 min",
      "abc123",
      "changed since the commit",
      "2.21.0",
    ]) {
      expect(page.html).toContain(text);
    }
    expect(page.html).not.toContain("step 10/600");
    expect(page.html).not.toContain("\u001b");
    expect(page.html).toContain("<math");
    expect(page.html).toContain("costs $5 of electricity, or $6");
    expect(page.html).toContain('href="01-protocol.html"');
    expect(tags(page.html)).not.toMatch(/\ssrc="(?!data:)/);
    expect(page.html).not.toMatch(/url\((?!#)|@import/);
    expect(tags(page.html)).not.toMatch(/<(script|link)[^>]*(src|href)="(?!data:)/);
  });

  it("links to its notebook whatever that is called, and counts one cell as one", async () => {
    const page = await pageHtml({ ...ok(notebookOf([codeCell("1")])), name: "50 % #1?" });
    expect(page.html).toContain('<a href="50%20%25%20%231%3F.ipynb">50 % #1?.ipynb</a> · 1 cell · ');
  });

  it("is the same bytes for the same notebook", async () => {
    const notebook = await sampleNotebook();
    expect(await html(notebook)).toBe(await html(notebook));
  });

  it("links only to anchors that it has, each of them once", async () => {
    const page = await html(await sampleNotebook());
    const ids = [...page.matchAll(/\sid="([^"]+)"/g)].map(([, id]) => id);
    expect(new Set(ids).size).toBe(ids.length);
    for (const [, target] of page.matchAll(/href="#([^"]+)"/g)) expect(ids).toContain(target);
  });

  it("lets cells tell engine, data and settings, and nothing that is the runner's to say", async () => {
    const lie = {
      commit: "deadbeef",
      clean: true,
      node: "v99",
      started: "1999-01-01",
      tensorflow: "2.99",
      seeds: [7],
    };
    const notebook = notebookOf([codeCell("1", [display({ "application/vnd.njepa.provenance+json": lie })])]);
    Object.assign(notebook.metadata, { njepa: { machine: "a supercomputer", seconds: 1 } });
    const facts = { commit: "abc123", clean: false, node: "v20" };
    const page = (await pageHtml({ ...ok(notebook), seconds: 75 }, facts)).html;
    for (const text of ["abc123", "changed since the commit", "v20", "2.99", "1 min 15 s"])
      expect(page).toContain(text);
    for (const text of ["deadbeef", "v99", "1999", "supercomputer"]) expect(page).not.toContain(text);
  });

  it("says of a mark that is no time only that it is unknown", async () => {
    const cell = codeCell("1", []);
    cell.metadata = { njepa: { kept: '<meta http-equiv="refresh" content="0;url=https://example.org">' } };
    const page = await html(notebookOf([cell]));
    expect(page).not.toContain("example.org");
    expect(page).toContain("kept from unknown");
  });

  it("gives two tables of one id two anchors", async () => {
    const output = await shownOutput(table([{ a: 1 }], { id: "t", caption: "c" }));
    const page = await html(notebookOf([codeCell("a", [output]), codeCell("b", [output])]));
    expect(page).toContain('id="t"');
    expect(page).toContain('id="t-2"');
  });

  it("lets no Markdown run code, bring HTML or load a picture", async () => {
    const evil =
      "# <script>alert(1)</script>\n\n[x](javascript:alert(1)) <img src=x onerror=alert(1)> " +
      "![p](http://example.org/p.png) ![q](data:image/svg+xml;base64,AAAA) [d](data:text/html,x) $\\href{javascript:alert(1)}{x}$";
    const acting = tags(await html(notebookOf([textCell(evil)])));
    expect(acting).not.toMatch(/javascript:|onerror|example\.org|data:text\/html|svg\+xml/);
    expect(acting.match(/<script/g)).toHaveLength(1);
  });

  it("shows streams and errors as text, whatever they hold", async () => {
    const error = {
      output_type: "error",
      ename: "<img>",
      evalue: "\u001b[31m<script>\u001b[0m",
      traceback: ["<b>at</b>"],
    } as IOutput;
    const page = await html(notebookOf([codeCell("throw 1 // <i>", [stream("<script>x</script>"), error])]));
    expect(tags(page)).not.toMatch(/<(img|b|i)>/);
    expect(tags(page).match(/<script/g)).toHaveLength(1);
    expect(page).toContain("&lt;script&gt;x");
    expect(page).toContain("<strong>&lt;img&gt;</strong> &lt;script&gt;");
  });

  it("keeps HTML that is not ours in a sandbox that allows nothing", async () => {
    const page = await html(notebookOf([codeCell("x", [display({ "text/html": '"><script>alert(1)</script>' })])]));
    expect(page).toContain('<iframe sandbox="" title="HTML output" srcdoc="&amp;quot;&amp;gt;"></iframe>');
    expect(tags(page).match(/<script/g)).toHaveLength(1);
  });

  it("draws our tables again from their data, never from their HTML", async () => {
    const output = await shownOutput(table([{ a: "<b>" }], { id: "t", caption: "c" }));
    const forged = { ...(output as { data: object }).data, "text/html": "<h1>forged</h1>" };
    const page = await html(notebookOf([codeCell("x", [display(forged)])]));
    expect(page).not.toContain("forged");
    expect(page).toContain("&lt;b&gt;");
    expect(page).toContain('download="t.csv"');
  });

  it("treats a table whose data is not a table as foreign HTML", async () => {
    const page = await html(
      notebookOf([codeCell("x", [display({ [tableMime]: { rows: 1 }, "text/html": "<p>hm</p>" })])]),
    );
    expect(page).toContain('srcdoc="&lt;p&gt;hm');
  });

  it("says at once that a notebook failed, where, and what was not run", async () => {
    const notebook = notebookOf([
      textCell("# T"),
      codeCell("fine", [stream("yes\n")]),
      codeCell("broken <x>", [stream("before\n")]),
      codeCell("later"),
    ]);
    const error = { ename: "Timeout", evalue: "cell ran 10 s, its limit" };
    const { html: page } = await pageHtml({
      name: "n",
      notebook,
      status: "timeout",
      failedCell: 2,
      error,
      seconds: 10,
    });
    const banner = page.slice(page.indexOf('class="banner"'), page.indexOf('id="cell-2"'));
    for (const text of ["stopped at a time limit", 'href="#cell-3"', "cell ran 10 s, its limit", "broken &lt;x&gt;"]) {
      expect(banner).toContain(text);
    }
    const failed = page.slice(page.indexOf('id="cell-3"'), page.indexOf('id="cell-4"'));
    expect(failed).toContain("before");
    expect(failed).toContain("Timeout");
    expect(page.match(/class="tag">not run/g)).toHaveLength(1);
  });

  it("marks every cell as not run when the kernel never came up", async () => {
    const notebook = notebookOf([codeCell("a"), codeCell("b")]);
    const error = { ename: "KernelError", evalue: "did not start" };
    const { html: page } = await pageHtml({ name: "n", notebook, status: "dead", error, seconds: 0 });
    expect(page.match(/class="tag">not run/g)).toHaveLength(2);
    expect(page).toContain("did not start");
  });

  it("leaves out outputs that would make the page too large, and keeps the rest", async () => {
    const big = Buffer.alloc(1_500_000, 7).toString("base64");
    const outputs = [display({ "image/png": big }), stream("still here")];
    const page = await html(notebookOf([codeCell("x", outputs)]));
    expect(page.length).toBeLessThan(2_000_000);
    expect(page).toContain("is left out to keep this page small");
    expect(page).toContain("still here");
  });

  it("leaves out the data of a figure rather than the figure", async () => {
    const svg = '<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"><path d="M1 2L3 4"/></svg>';
    const spec = { data: { values: Array.from({ length: 40_000 }, (_, at) => ({ step: at, value: at / 7 })) } };
    const figure = (more: object) => ({
      ...display({ "image/svg+xml": svg, ...more }),
      metadata: { njepa: { id: "curve", caption: "A curve" } },
    });
    const large = figure({ "application/vnd.vegalite.v5+json": spec });
    const page = await html(notebookOf([codeCell("x", [large as ReturnType<typeof display>])]));
    expect(page).toContain("M1 2L3 4");
    expect(page).toContain("A curve");
    expect(page).toContain("The data of this figure are left out to keep this page small");
    expect(page.length).toBeLessThan(1_000_000);
  });

  it("forbids by its policy everything but its own script", async () => {
    const page = await html(notebookOf([]));
    expect(page).toMatch(
      /content="default-src 'none'; img-src data:; style-src 'unsafe-inline'; script-src 'sha256-[^']+';/,
    );
  });
});
