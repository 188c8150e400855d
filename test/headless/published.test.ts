import { cpSync, mkdirSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { dirname, join } from "node:path";
import { pathToFileURL } from "node:url";
import type { Browser } from "playwright-core";
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from "vitest";
import { runReports } from "../../lib/headless";
import { chromiumPath, launchChromium } from "../chromium";
import { temporaryFolder } from "../temporary-folder";

const root = join(__dirname, "../..");
const published = join(root, "reports/published");
/** Kept for whoever wants to look at them; git ignores the folder. */
const kept = join(root, "build/screenshots");
const tables = ["table-4-linear-evaluation", "table-6b-low-shot"];
/** Pages of studies that claim nothing: they begin with a picture. */
const pictured = ["figure-4-gradients", "learned"];
const shown = [...tables, ...pictured];
const folder = temporaryFolder();
const pages = join(folder, "pages");

/** Executes notebooks with what was published and an empty store of their own. */
async function report(notebooks: string[], { out, results }: { out: string; results: string }): Promise<string[]> {
  vi.stubEnv("NJEPA_STORE", join(folder, "store"));
  vi.stubEnv("NJEPA_PUBLISHED", results);
  const paths = notebooks.map((name) => join(root, "notebooks", `${name}.ipynb`));
  const run = await runReports({ notebooks: paths, out });
  const html = notebooks.map((name) => readFileSync(join(out, `${name}.html`), "utf8"));
  expect(run.ok, html.map((text) => text.slice(0, 2000)).join("\n")).toBe(true);
  return html;
}

const textOf = (html: string) => html.slice(html.indexOf("<main")).replace(/<style.*?<\/style>|<[^>]*>/gs, " ");

/** How many trainings a page says were measured. */
const measuredIn = (page: string) => Number(/(\d+) (?:of \d+ )?trainings measured/.exec(textOf(page))?.[1]);

afterEach(() => vi.unstubAllEnvs());

let html: string[];
beforeAll(async () => {
  html = await report(shown, { out: pages, results: published });
});

describe("the pages of published results", () => {
  it("show them without a training, say where and when they were measured, and begin with the verdict", () => {
    for (const text of html.slice(0, tables.length).map(textOf)) {
      expect(text).toMatch(/measured at commit [0-9a-f]{7}/i);
      expect(text.search(/seen|contradicted|cannot be told|not judged/)).toBeLessThan(2000);
    }
  });

  it("begin with a picture where nothing is claimed, and leave nothing out", () => {
    for (const [at, name] of shown.entries()) {
      const text = html[at] as string;
      expect(text, name).not.toContain('class="left-out"');
      if (pictured.includes(name)) expect(text.indexOf("<figure")).toBeLessThan(text.indexOf("What it costs"));
    }
  });

  it("fill the index: each claim with its effect, and the headline table", () => {
    const text = textOf(readFileSync(join(pages, "index.html"), "utf8"));
    for (const word of ["raw pixels", "untrained encoder", "I-JEPA", "N-JEPA", "1 % of the labels", "all labels"])
      expect(text).toContain(word);
  });

  it("say so where a published result is gone", async () => {
    const results = join(folder, "published");
    cpSync(published, results, { recursive: true });
    const isTraining = (path: string) => {
      const { source, run } = JSON.parse(readFileSync(path, "utf8"));
      return source === "trained" && run.preset === "cifar" && run.objective.method === "i-jepa";
    };
    const files = readdirSync(results, { recursive: true, encoding: "utf8" }).filter((it) =>
      /results.*\.json$/.test(it),
    );
    const gone = files.find((file) => isTraining(join(results, file)));
    rmSync(dirname(join(results, gone as string)), { recursive: true });
    const [text] = await report(["table-4-linear-evaluation"], { out: join(folder, "less"), results });
    expect(measuredIn(text ?? "")).toBe(measuredIn(html[0] ?? "") - 1);
  });
});

describe.skipIf(chromiumPath === undefined)("the pages of published results in Chromium", () => {
  let browser: Browser;
  beforeAll(async () => {
    browser = await launchChromium();
    mkdirSync(kept, { recursive: true });
  });
  afterAll(() => browser?.close());

  it.each([
    [1280, "light"],
    [1280, "dark"],
    [390, "light"],
    [390, "dark"],
  ] as const)("fit %i px, %s", async (width, colorScheme) => {
    const context = await browser.newContext({ viewport: { width, height: 900 }, colorScheme });
    for (const name of ["index", ...shown]) {
      const page = await context.newPage();
      await page.goto(pathToFileURL(join(pages, `${name}.html`)).href);
      const sizes = await page.evaluate(() => {
        const regions = [...document.querySelectorAll(".scroll")].map((it) => it.scrollWidth - it.clientWidth);
        const { scrollWidth, clientWidth } = document.documentElement;
        return { page: scrollWidth - clientWidth, tables: Math.max(0, ...regions) };
      });
      expect(sizes.page, name).toBe(0);
      if (width === 1280) expect(sizes.tables, name).toBe(0);
      await page.screenshot({ path: join(kept, `${name}-${width}-${colorScheme}.png`), fullPage: true });
      if (width === 1280 && colorScheme === "light")
        await page.pdf({ path: join(kept, `${name}.pdf`), format: "A4", printBackground: true });
      await page.close();
    }
    await context.close();
  });
});
