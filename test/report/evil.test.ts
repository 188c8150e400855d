import { writeFile } from "node:fs/promises";
import path from "node:path";
import { pathToFileURL } from "node:url";
import type { ICell, IOutput } from "@jupyterlab/nbformat";
import { beforeAll, describe, expect, it } from "vitest";
import { Board, runNotebook } from "../../lib/headless";
import { executeNotebook } from "../../lib/notebook";
import { figure, type NotebookResult, pageHtml, table } from "../../lib/report";
import { tableMime } from "../../lib/report/table/table-model";
import { chromiumPath, launchChromium } from "../chromium";
import { outputsOf, writeCells } from "../notebook/notebook";
import { temporaryFolder } from "../temporary-folder";
import { codeCell, notebookOf, shownOutput, stream, textCell } from "./sample-notebook";

const strike = "globalThis.hacked=1;alert(1)";
const attacks = [
  `<script>${strike}</script>`,
  `"><img src=x onerror="${strike}">`,
  `'><svg onload='${strike}'>`,
  `</script><script>${strike}</script>`,
  `</style><script>${strike}</script>`,
  `javascript:${strike}`,
  `<iframe srcdoc="<script>parent.hacked=1</script>">`,
];
const display = (data: object, metadata: object = {}) => ({ output_type: "display_data", data, metadata }) as IOutput;

/** Every place of a page that takes text from a notebook, with every attack in it. */
async function evilNotebook(): Promise<NotebookResult["notebook"]> {
  const cells = [];
  for (const [at, attack] of attacks.entries()) {
    const own = await shownOutput(
      table([{ [attack]: attack, n: 1 }], {
        id: `t${at}`,
        caption: attack,
        columns: { [attack]: { header: attack, unit: attack }, n: {} },
      }),
    );
    const spec = {
      data: { values: [{ x: attack, y: 1 }] },
      mark: "bar",
      encoding: { x: { field: "x", type: "nominal", title: attack }, y: { field: "y", type: "quantitative" } },
    };
    const drawn = await shownOutput(figure(spec as never, { id: `f${at}`, caption: attack }));
    const error = { output_type: "error", ename: attack, evalue: attack, traceback: [attack] } as IOutput;
    const label = { njepa: { id: attack, caption: attack, kind: "figure" } };
    cells.push(
      textCell(
        `# ${attack}\n\n${attack}\n\n[${attack}](${attack}) ![${attack}](${attack}) \`${attack}\` $${attack}$\n\n| ${attack} |\n|---|\n| ${attack} |`,
      ),
      codeCell(`// ${attack}\n${attack}`, [
        own,
        drawn,
        stream(attack),
        stream(attack, "stderr"),
        error,
        display({ "text/html": attack, "text/plain": attack }, label),
        display({ "image/svg+xml": `<svg xmlns="http://www.w3.org/2000/svg"><text>${attack}</text></svg>` }, label),
        display(
          { "image/svg+xml": `<svg xmlns="http://www.w3.org/2000/svg" id="${at}"><rect width="9" height="9"/></svg>` },
          label,
        ),
        display({ "image/png": attack }, label),
        display(
          {
            "image/svg+xml": `<svg xmlns="http://www.w3.org/2000/svg"\u00a0onload="${strike}" onload="${strike}"><style>@import "http://127.0.0.1:9/x";</style><a href="javascript:${strike}"><set attributeName="href" to="javascript:${strike}"/><text>x</text></a><image href="http://127.0.0.1:9/x.png"/></svg><title>`,
            "application/vnd.vegalite.v5+json": {
              ...spec,
              params: [{ name: "p", value: 1, bind: { input: "range", element: "body" } }],
            },
          },
          label,
        ),
        display({ "text/markdown": attack }),
        display({ "text/latex": attack }),
        display({ "application/json": { [attack]: attack } }),
        display({ [attack]: attack }),
        display({ [tableMime]: { id: attack, caption: attack, columns: [], rows: [{ a: attack }] } }, label),
        display({
          "application/vnd.njepa.provenance+json": { data: attack, device: attack, config: { [attack]: attack } },
        }),
      ]),
    );
  }
  return notebookOf(
    cells.map((cell, at) => ({ ...cell, metadata: { njepa: { kept: attacks[at % attacks.length] } } }) as ICell),
  );
}

describe("evil notebooks", () => {
  let folder: string;
  beforeAll(async () => {
    folder = temporaryFolder();
  });

  it.skipIf(chromiumPath === undefined)(
    "run nothing in a browser, not even with the page's policy switched off",
    async () => {
      const notebook = await evilNotebook();
      const failed = { ename: attacks[0] ?? "", evalue: attacks[1] ?? "" };
      const result: NotebookResult = {
        name: attacks[1] ?? "",
        notebook,
        status: "failed",
        failedCell: 1,
        error: failed,
        seconds: 1,
      };
      const { html } = await pageHtml(result, { commit: attacks[0], machine: attacks[1] });
      const file = path.join(folder, "evil.html");
      await writeFile(file, html);
      const browser = await launchChromium();
      try {
        for (const bypassCSP of [false, true]) {
          const page = await (await browser.newContext({ bypassCSP })).newPage();
          const struck: string[] = [];
          const requested: string[] = [];
          page.on("dialog", (dialog) => {
            struck.push(dialog.message());
            void dialog.dismiss();
          });
          page.on("request", (request) => requested.push(request.url()));
          await page.goto(pathToFileURL(file).href, { waitUntil: "load" });
          for (const link of await page.locator("figure button.explore").all()) await link.click();
          await page.waitForTimeout(300);
          expect(await page.evaluate(() => (globalThis as { hacked?: number }).hacked)).toBeUndefined();
          expect(struck).toEqual([]);
          expect(requested.filter((url) => !/^(data:|about:|file:.*evil\.html)/.test(url))).toEqual([]);
          expect(await page.locator("main script:not([type='application/json'])").count()).toBe(0);
          await page.context().close();
        }
      } finally {
        await browser.close();
      }
    },
  );

  it("print 50 megabytes and 100,000 lines, and are cut where that is said, in order, in a small page", async () => {
    const file = writeCells(
      folder,
      "for (let line = 0; line < 100_000; line++) console.log('line ' + line)",
      "console.log('x'.repeat(50_000_000))",
      "'still alive'",
    );
    const run = await executeNotebook(file);
    expect(run.status).toBe("ok");
    const lines = String(outputsOf(run.notebook, 0)[0]?.text).trimEnd().split("\n");
    expect(lines.length).toBe(100_000);
    expect(lines.every((line, at) => line === `line ${at}`)).toBe(true);
    const long = outputsOf(run.notebook, 1)
      .map((output) => String(output.text))
      .join("");
    expect(long.length).toBeLessThan(51_000_000);
    const { html } = await pageHtml({ ...run, name: "n", failedCell: undefined });
    expect(html.length).toBeLessThan(1_000_000);
    expect(html).toMatch(/characters left out here; the executed notebook has them/);
    expect(html).toContain("still alive");
  });

  it("that are no notebooks of ours fail by themselves, with a page that says why", async () => {
    const files: [string, string, RegExp][] = [
      ["broken", "{", /it is not JSON/],
      ["old", '{"nbformat": 3, "worksheets": []}', /nbformat 4 was expected, got 3/],
      [
        "python",
        '{"nbformat": 4, "cells": [], "metadata": {"kernelspec": {"name": "python3", "language": "python"}}}',
        /written in python/,
      ],
    ];
    for (const [name, text, reason] of files) {
      const file = path.join(folder, `${name}.ipynb`);
      await writeFile(file, text);
      const { signal } = new AbortController();
      const board = new Board([name], { write: () => true });
      const options = {
        out: folder,
        timeout: 10,
        cellTimeout: 10,
        force: false,
        closing: new Set<Promise<void>>(),
        signal,
      };
      const { result } = await runNotebook({ file, name, parameters: {} }, options, board);
      expect(result.status).toBe("unreadable");
      const { html } = await pageHtml(result);
      expect(html).toMatch(reason);
      expect(html).toContain("the file cannot be read");
    }
  });
});
