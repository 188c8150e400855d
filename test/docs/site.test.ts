import { existsSync, readdirSync, readFileSync } from "node:fs";
import { dirname, join, relative } from "node:path";
import type { Browser } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { buildSite, type Site } from "../../lib/site";
import { chromiumPath, launchChromium } from "../chromium";
import { temporaryFolder } from "../temporary-folder";

const root = join(__dirname, "../..");
let folder: string;
let site: Site;
const files = (within: string): string[] =>
  readdirSync(within, { withFileTypes: true }).flatMap((entry) => {
    const path = join(within, entry.name);
    return entry.isDirectory() ? files(path) : [path];
  });

beforeAll(async () => {
  folder = temporaryFolder();
  site = await buildSite({ root, out: join(folder, "site"), reports: join(folder, "none") });
}, 600_000);

describe("the site", () => {
  const pagesOf = () => files(join(folder, "site")).filter((file) => file.endsWith(".html"));

  it("is built without a warning, with a page for every public word", () => {
    expect(site.warnings).toEqual([]);
    expect(site.words).toBeGreaterThan(180);
  });

  it("has no link that leads nowhere, and loads nothing from elsewhere", () => {
    const ids = new Map<string, Set<string>>();
    const idsOf = (file: string) => {
      const known =
        ids.get(file) ??
        new Set([...readFileSync(file, "utf8").matchAll(/ id="([^"]+)"/g)].map(([, id]) => id as string));
      ids.set(file, known);
      return known;
    };
    const broken: string[] = [];
    for (const file of pagesOf()) {
      const html = readFileSync(file, "utf8");
      expect(html).not.toMatch(/<(script|img|iframe)[^>]+src="(https?:)?\/\//);
      expect(html).not.toMatch(/<link[^>]+href="(https?:)?\/\//);
      for (const [, href] of html.matchAll(/<(?:a|link|img|script)\b[^>]*?(?:href|src)="([^"]*)"/g)) {
        const link = (href as string).replaceAll("&amp;", "&");
        if (/^[a-z]+:/.test(link) && !link.startsWith("njepa:")) continue;
        const [path, anchor] = link.split("#") as [string, string?];
        const target = path === "" ? file : join(dirname(file), decodeURIComponent(path));
        const isThere =
          existsSync(target) && (!anchor || !target.endsWith(".html") || idsOf(target).has(decodeURIComponent(anchor)));
        if (!isThere) broken.push(`${relative(folder, file)} → ${link}`);
      }
    }
    expect([...new Set(broken)]).toEqual([]);
  });

  it("shows the words in the order in which data flows, each with its example", () => {
    const index = readFileSync(join(folder, "site/modules/API.html"), "utf8");
    const places = [
      "Settings and randomness",
      "TensorFlow",
      "Images",
      "The networks",
      "Training",
      "Tables of trainings",
    ].map((section) => index.indexOf(`>${section}<`));
    expect(places.every((place, at) => place > (places[at - 1] ?? 0))).toBe(true);
    const page = readFileSync(join(folder, "site/functions/API.targetSizes.html"), "utf8");
    expect(page).toContain("Example");
  });
});

describe.skipIf(chromiumPath === undefined)("the site in Chromium", () => {
  let browser: Browser;
  beforeAll(async () => {
    browser = await launchChromium();
  });
  afterAll(() => browser?.close());
  const axe = readFileSync(join(root, "node_modules/axe-core/axe.min.js"), "utf8");

  it.each([
    ["index.html", 1280, "light"],
    ["index.html", 390, "dark"],
    ["documents/The_method.html", 390, "light"],
    ["documents/Concepts.html", 1280, "dark"],
    ["modules/API.html", 1280, "light"],
    ["functions/API.compile.html", 390, "dark"],
    ["notebooks/index.html", 390, "light"],
  ] as const)("%s fits %d px in %s and has nothing that axe-core objects to", async (path, width, colorScheme) => {
    const page = await browser.newPage({ viewport: { width, height: 900 }, colorScheme });
    const asked: string[] = [];
    page.on("request", (request) => {
      if (!/^(file|data|blob):/.test(request.url())) asked.push(request.url());
    });
    await page.goto(`file://${join(folder, "site", path)}`);
    // A page of words is shown, has its navigation filled and is laid out by its script a moment after it is loaded.
    // That is waited for, not an idle network: the navigation is read from a blob, whose end Chromium may not report.
    await page.waitForFunction(
      `document.body.style.display !== "none" && document.querySelector("#tsd-nav-container:not(:has(a))") === null &&
        document.documentElement.scrollWidth <= innerWidth`,
      undefined,
      { timeout: 120_000 },
    );
    await page.evaluate(axe);
    const { violations } = (await page.evaluate("axe.run()")) as {
      violations: { id: string; nodes: { html: string }[] }[];
    };
    expect(violations.map(({ id, nodes }) => `${id}: ${nodes[0]?.html}`)).toEqual([]);
    expect(asked).toEqual([]);
    await page.close();
  });

  it("finds a word and a sentence of a page", async () => {
    const page = await browser.newPage({ viewport: { width: 1280, height: 900 } });
    await page.goto(`file://${site.index}`);
    await page.click("#tsd-search-trigger");
    await page.fill("#tsd-search-input", "sampleMasks");
    await page.waitForSelector("#tsd-search-results a[href*='sampleMasks']");
    await page.fill("#tsd-search-input", "Slurm");
    await page.waitForSelector("#tsd-search-results a[href*='documents/']");
    await page.close();
  });
});
