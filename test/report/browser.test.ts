import { existsSync } from "node:fs";
import { mkdtemp, readFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { pathToFileURL } from "node:url";
import { type Browser, chromium, type Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { writeReports } from "../../lib/report";
import { codeCell, notebookOf, sampleNotebook, stream, textCell } from "./sample-notebook";

const executablePath = ["/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome"].find((it) =>
  existsSync(it),
);
if (executablePath === undefined) console.warn("skipped: no Chromium in /usr/bin (apt-get install chromium)");

const args = [
  "--no-sandbox",
  "--disable-gpu",
  "--disable-quic",
  "--no-first-run",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
];

describe.skipIf(executablePath === undefined)("a report page in Chromium", () => {
  let browser: Browser;
  let folder: string;

  beforeAll(async () => {
    folder = await mkdtemp(path.join(tmpdir(), "njepa-page-"));
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
    browser = await chromium.launch({ executablePath: executablePath ?? "", headless: true, args });
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

  const firstColumn = (page: Page) =>
    page.locator("#table-probe tbody tr td:first-child").evaluateAll((cells) => cells.map((cell) => cell.textContent));

  it("shows its tables and figures, says nothing on the console and asks nobody for anything", async () => {
    for (const file of ["00-sample.html", "01-broken.html", "index.html"]) {
      const { page, told, outside } = await open(file);
      for (const thing of await page.locator("figure img, table").all()) {
        await thing.scrollIntoViewIfNeeded();
        expect(await thing.isVisible()).toBe(true);
      }
      const widths = await page
        .locator("figure img")
        .evaluateAll((all) => all.map((it) => (it as HTMLImageElement).naturalWidth));
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

  it("gives a table away as CSV with unrounded numbers", async () => {
    const { page } = await open("00-sample.html");
    const [download] = await Promise.all([
      page.waitForEvent("download"),
      page.locator("#table-probe .downloads a", { hasText: "CSV" }).click(),
    ]);
    expect(download.suggestedFilename()).toBe("table-probe.csv");
    const lines = (await readFile(await download.path(), "utf8")).split("\n");
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

  it("opens all code with one button", async () => {
    const { page } = await open("00-sample.html");
    const open_ = () => page.locator("main details.code[open]").count();
    expect(await open_()).toBe(0);
    await page.locator("button.all-code").click();
    expect(await open_()).toBe(await page.locator("main details.code").count());
    await page.context().close();
  });
});
