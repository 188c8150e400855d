import { readFile, writeFile } from "node:fs/promises";
import path from "node:path";
import { pathToFileURL } from "node:url";
import type { ICell } from "@jupyterlab/nbformat";
import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type ClaimsModel, claims, diffHtml, diffReports, table, writeReports } from "../../lib/report";
import { chromiumPath, launchChromium } from "../chromium";
import { temporaryFolder } from "../temporary-folder";
import { codeCell, notebookOf, sampleNotebook, shownOutput, stream, textCell } from "./sample-notebook";

interface AxeResults {
  violations: { id: string; help: string; nodes: { html: string }[] }[];
}

const word = "Donaudampfschifffahrtsgesellschaft".repeat(5);

/** What would make a page wider than its window. */
function longCells(): ICell[] {
  const formula = `$${"a_1 + b^2 + ".repeat(30)}c$`;
  const texts = [
    `# ${word}`,
    `## ${word}\n\nSee https://example.org/${word}.\n\n- [${word}](https://example.org)`,
    `${formula}, and in a list\n\n- ${formula}`,
    `<div style="width:3000px;max-width:4000px">wide</div>`,
  ];
  return [...texts.map(textCell), codeCell(word, [stream(word)])];
}

const effect = { what: word, mean: 1, low: -1, high: 3, paper: 1.5, corrected: 0.2, detectable: 2.5 };
const someClaims: ClaimsModel = {
  id: "verdicts",
  caption: "Some table",
  question: "Is it?",
  claims: [{ says: "it is", verdict: "cannot be told", why: null, effects: [effect] }],
  scale: "preset demo",
  health: "healthy",
  made: null,
  headline: [{ row: "I-JEPA", column: "all", mean: 60, spread: 1, labels: 100 }],
};

describe.skipIf(chromiumPath === undefined)("a report page in Chromium", () => {
  let browser: Browser;
  let folder: string;

  beforeAll(async () => {
    folder = temporaryFolder();
    const notebook = await sampleNotebook();
    const error = {
      ename: "TypeError",
      evalue: "state is undefined",
      traceback: ["TypeError: state is undefined", "    at cell 3"],
    };
    await writeReports(
      [
        { name: "00-sample", notebook, status: "ok", seconds: 178.4 },
        {
          name: "01-broken",
          notebook: notebookOf([
            textCell("# A notebook that fails"),
            codeCell("// This one still works.\nconsole.log(1)", [stream("1\n")], 0.1),
            codeCell(
              "// This one does not.\nstate.model.weights",
              [stream("so far\n"), { output_type: "error", ...error }],
              0.2,
            ),
            codeCell("// This one never ran.\nshow(1)"),
          ]),
          status: "failed",
          failedCell: 2,
          error,
          seconds: 0.3,
        },
      ],
      folder,
      { commit: "0123456789abcdef", clean: true, node: "20.0.0" },
    );
    const kept = { kept: "2024-05-01T10:00:00.000Z" };
    const old = notebookOf(notebook.cells.map((cell) => ({ ...cell, metadata: { ...cell.metadata, njepa: kept } })));
    const other = path.join(folder, "other");
    await writeReports([{ name: "02-kept", notebook: old, status: "ok", seconds: 1, ...kept }], folder);
    await writeReports(
      [{ name: "02-kept", notebook: notebookOf(old.cells.slice(0, 5)), status: "ok", seconds: 1 }],
      other,
    );
    const tolerance = { relative: 0, strict: false };
    const diffs = await diffReports(folder, other, tolerance);
    await writeFile(path.join(folder, "diff.html"), diffHtml(diffs, { a: "A", b: "B" }, tolerance));
    await writePage("03-long", ...longCells(), codeCell("show(claims)", [await shownOutput(claims(someClaims))]));
    await writePage("04-beside-it", textCell(`# ${word}`));
    browser = await launchChromium();
  });
  afterAll(() => browser?.close());

  async function open(file: string, options: Parameters<Browser["newContext"]>[0] = {}) {
    const context = await browser.newContext({ acceptDownloads: true, ...options });
    const page = await context.newPage();
    const told: string[] = [];
    const requested: string[] = [];
    page.on("console", (message) => told.push(message.text()));
    page.on("pageerror", (error) => told.push(error.message));
    page.on("request", (request) => requested.push(request.url()));
    await page.goto(pathToFileURL(path.join(folder, file)).href, { waitUntil: "load" });
    return { page, told, outside: () => requested.filter((url) => !url.startsWith("data:") && url !== page.url()) };
  }

  const writePage = (name: string, ...cells: ICell[]) =>
    writeReports([{ name, notebook: notebookOf(cells), status: "ok", seconds: 1 }], folder);

  const firstColumn = (page: Page) =>
    page.locator("#table-probe tbody tr td:first-child").evaluateAll((cells) => cells.map((cell) => cell.textContent));

  it("shows its tables and figures, says nothing on the console and asks nobody for anything", async () => {
    for (const file of ["00-sample.html", "01-broken.html", "index.html"]) {
      const { page, told, outside } = await open(file);
      for (const thing of await page.locator("figure svg[role=img], table").all()) {
        await thing.scrollIntoViewIfNeeded();
        expect(await thing.isVisible()).toBe(true);
      }
      const widths = await page
        .locator("figure svg[role=img]")
        .evaluateAll((all) => all.map((it) => it.getBoundingClientRect().width));
      expect(widths.every((width) => width > 100)).toBe(true);
      expect(widths.length).toBe(file === "00-sample.html" ? 3 : 0);
      expect(told).toEqual([]);
      expect(outside()).toEqual([]);
      await page.context().close();
    }
  });

  it("sorts a table by the buttons of its header, by keyboard too, with the unknown last", async () => {
    const { page } = await open("00-sample.html");
    const original = await firstColumn(page);
    const button = page.locator("#table-probe th button").nth(2);
    await button.focus();
    await page.keyboard.press("Enter");
    expect(await firstColumn(page)).toEqual(["untrained encoder", "raw pixels", "I-JEPA", "N-JEPA, multi-level"]);
    expect(await page.locator("#table-probe th").nth(2).getAttribute("aria-sort")).toBe("ascending");
    await button.click();
    expect(await firstColumn(page)).toEqual(["I-JEPA", "raw pixels", "untrained encoder", "N-JEPA, multi-level"]);
    await button.click();
    expect(await firstColumn(page)).toEqual(original);
    await page.context().close();
  });

  it("sorts numbers by size, before text, with NaN last", async () => {
    const values = [3, Number.NaN, 1e21, "3 x", 5, Number.NEGATIVE_INFINITY, 1];
    const mixed = table(
      values.map((value) => ({ value })),
      { id: "mixed", caption: "Mixed" },
    );
    await writePage("mixed", codeCell("1", [await shownOutput(mixed)]));
    const { page } = await open("mixed.html");
    await page.locator("#mixed th button").click();
    const sorted = await page.locator("#mixed tbody td").evaluateAll((cells) => cells.map((cell) => cell.textContent));
    expect(sorted).toEqual(["−∞", "1", "3", "5", "1e+21", "3 x", "NaN"]);
    await page.context().close();
  });

  it("gives a table away as CSV with unrounded numbers", async () => {
    const { page } = await open("00-sample.html");
    const [download] = await Promise.all([
      page.waitForEvent("download"),
      page.locator("#table-probe .downloads a", { hasText: "CSV" }).click(),
    ]);
    expect(download.suggestedFilename()).toBe("table-probe.csv");
    const lines = (await readFile(await download.path(), "utf8")).split("\r\n");
    expect(lines[0]).toBe("features,one,one spread,one n,all,seconds");
    expect(lines[1]).toBe("raw pixels,68.1234,1.04,5,84.21,3");
    await page.context().close();
  });

  it("never makes a phone scroll sideways and is readable in the dark", async () => {
    const views = [
      ["light", { viewport: { width: 1280, height: 900 } }],
      ["dark", { viewport: { width: 1280, height: 900 }, colorScheme: "dark" }],
      ["phone", { viewport: { width: 375, height: 760 }, isMobile: true, deviceScaleFactor: 2 }],
    ] as const;
    for (const [name, options] of views) {
      for (const file of ["00-sample", "01-broken", "index"]) {
        const { page } = await open(`${file}.html`, options);
        const extra = await page.evaluate(
          () => document.documentElement.scrollWidth - document.documentElement.clientWidth,
        );
        expect(extra).toBe(0);
        const paint = await page.evaluate(() => getComputedStyle(document.body).backgroundColor);
        expect(paint).toBe(name === "dark" ? "rgb(20, 24, 29)" : "rgb(255, 255, 255)");
        await page.screenshot({ path: path.join(folder, `${file}-${name}.png`), fullPage: true });
        await page.context().close();
      }
    }
    console.info(`screenshots: ${folder}`);
  });

  it("never scrolls sideways for long words, addresses, formulas and widths", async () => {
    for (const width of [390, 1280]) {
      const { page } = await open("03-long.html", { viewport: { width, height: 800 } });
      const wide = await page.evaluate(() => document.documentElement.scrollWidth);
      expect(wide).toBe(width);
      await page.context().close();
    }
  });

  it("goes dark and light by its button, drawings with it, and remembers", async () => {
    const { page, told } = await open("00-sample.html");
    const paints = () =>
      page.evaluate(() => [
        getComputedStyle(document.body).backgroundColor,
        getComputedStyle(document.querySelector("#figure-loss svg [fill='#ffffff']") as Element).fill,
      ]);
    expect(await paints()).toEqual(["rgb(255, 255, 255)", "rgb(255, 255, 255)"]);
    await page.locator("button.theme").click();
    expect(await paints()).toEqual(["rgb(20, 24, 29)", "rgb(20, 24, 29)"]);
    expect(await page.locator("button.theme").textContent()).toBe("Light page");
    await page.reload();
    expect(await paints()).toEqual(["rgb(20, 24, 29)", "rgb(20, 24, 29)"]);
    await page.emulateMedia({ media: "print" });
    expect((await paints())[1]).toBe("rgb(255, 255, 255)");
    expect(told).toEqual([]);
    await page.context().close();
  });

  it("explores a figure with Vega from inside the page, and gives drawing and specification away", async () => {
    const { page, told, outside } = await open("00-sample.html");
    const figure = page.locator("#figure-loss");
    const saved = async (name: string) => {
      const [download] = await Promise.all([
        page.waitForEvent("download"),
        figure.locator("button", { hasText: name }).click(),
      ]);
      return [download.suggestedFilename(), await readFile(await download.path(), "utf8")] as const;
    };
    const [drawingName, drawing] = await saved("SVG");
    expect(drawingName).toBe("figure-loss.svg");
    expect(drawing).toMatch(/^<svg [^>]*xmlns="http:\/\/www.w3.org\/2000\/svg"/);
    const [specName, spec] = await saved("Vega-Lite");
    expect(specName).toBe("figure-loss.json");
    expect(JSON.parse(spec)).toMatchObject({ mark: "line", encoding: { x: { field: "step" } } });
    await figure.locator("button.explore").click();
    await figure.locator(".marks").waitFor();
    const point = figure.locator(".mark-symbol.role-mark path").nth(40);
    await point.hover({ force: true });
    await page.locator(".tip:not([hidden])").waitFor();
    expect(await page.locator(".tip").innerText()).toMatch(/step/);
    await figure.locator("button.explore").click();
    expect(await figure.locator("svg[role=img]").count()).toBe(1);
    expect(told).toEqual([]);
    expect(outside()).toEqual([]);
    await page.context().close();
  });

  it("has nothing that axe objects to, light, dark, on a phone, with all code open", async () => {
    const axe = await readFile(require.resolve("axe-core/axe.min.js"), "utf8");
    const views = [{}, { colorScheme: "dark" }, { viewport: { width: 375, height: 760 } }] as const;
    for (const options of views) {
      const files =
        "colorScheme" in options
          ? ["00-sample.html"]
          : ["00-sample.html", "01-broken.html", "02-kept.html", "03-long.html", "index.html", "diff.html"];
      for (const file of files) {
        const { page } = await open(file, { ...options, bypassCSP: true });
        const button = page.locator("button.all-code");
        if ((await button.count()) > 0) await button.click();
        await page.evaluate(axe);
        const violations = await page.evaluate(async () => {
          const { axe } = globalThis as unknown as { axe: { run(options: object): Promise<AxeResults> } };
          // What passes is not described, which halves the time.
          const found = (await axe.run({ resultTypes: ["violations"] })).violations;
          return found.map(
            ({ id, help, nodes }) => `${id}: ${help}: ${nodes.map((node) => node.html.slice(0, 160)).join(" | ")}`,
          );
        });
        expect(violations, `${file} ${JSON.stringify(options)}`).toEqual([]);
        await page.context().close();
      }
    }
  });

  it.each([
    ["raised", '<p style="line-height:0"><span style="vertical-align:200px;SIZE">x</span></p>'],
    ["lowered", '<p style="line-height:0"><span style="vertical-align:-300px;SIZE">x</span></p>'],
    ["large in a line of no height", '<p style="line-height:0;SIZE">████</p>'],
    ["raised by sixty superscripts", `<p style="line-height:0">${"<sup>".repeat(60)}<b style="SIZE">x</b></p>`],
    ["wide from right to left", '<p dir="rtl" style="width:100000px;SIZE">x</p>'],
  ])("keeps text that is %s in its own cell, whatever it could cover", async (what, markdown) => {
    const hostile = textCell(markdown.replace("SIZE", "background:#fff;font-size:300px"));
    const around = [
      textCell("# Title\n\n## A section\n\nBefore."),
      hostile,
      textCell("After."),
      codeCell("1", [stream("1\n")]),
    ];
    const name = what.replaceAll(" ", "-");
    await writeReports([{ name, notebook: notebookOf(around), status: "ok", seconds: 1 }], folder);
    const page = await browser.newPage({ viewport: { width: 1280, height: 900 } });
    await page.goto(pathToFileURL(path.join(folder, `${name}.html`)).href);
    const covered = await page.evaluate(() =>
      ["header h1", "header p a", "nav a", "h2", "section.text p", "section.text:nth-of-type(3) p", "pre.stream"]
        .map((selector) => [selector, document.querySelector(selector)] as const)
        .filter(([, element]) => {
          element?.scrollIntoView({ block: "center" });
          const box = element?.getBoundingClientRect() ?? new DOMRect();
          const seen = document.elementFromPoint(box.left + 4, box.top + box.height / 2);
          return element === null || !(element === seen || element.contains(seen));
        })
        .map(([selector]) => selector),
    );
    expect(covered).toEqual([]);
    await page.close();
  });

  it("opens all code with one button", async () => {
    const { page } = await open("00-sample.html");
    const open_ = () => page.locator("main details.code[open]").count();
    expect(await open_()).toBe(0);
    await page.locator("button.all-code").click();
    expect(await open_()).toBe(await page.locator("main details.code").count());
    await page.context().close();
  });
});
