import { createSocket } from "node:dgram";
import { once } from "node:events";
import { type AddressInfo, createServer } from "node:net";
import { availableParallelism } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import type { ICell, INotebookContent } from "@jupyterlab/nbformat";
import { writeIndex, writeReport } from "njepa/report";
import type { Browser } from "playwright-core";
import { chromiumPath } from "../chromium";
import type { Attack } from "./attack";
import { hostileNotebooks } from "./hostile-outputs";

const args = [
  "--no-sandbox",
  "--disable-gpu",
  "--no-first-run",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
  // What would hinder the attacker and not the page.
  "--allow-loopback-in-peer-connection",
  "--disable-popup-blocking",
];
const openAtOnce = 2 * availableParallelism();
/** Requests that a page could cause late: frames, timers, peer connections. */
const listenMilliseconds = 400;

export const hostilePages: Attack = {
  kind: "pages: hostile notebooks in Chromium, beside a listener that must hear nothing",
  async run({ folder, form, tries }, tally) {
    if (chromiumPath === undefined) return;
    const heard = await listen();
    const to = `http://127.0.0.1:${heard.port}`;
    const all = hostileNotebooks(to);
    const chosen = all.filter((_, at) => at % tries(25, 3, 1) === 0);
    const written = [];
    for (const [at, { cells, trusted }] of chosen.entries()) {
      const result = { name: `n${at}`, notebook: around(cells), status: "ok" as const, seconds: 1 };
      written.push(await writeReport(result, folder, { machine: "the runner's" }, { trusted }));
    }
    await writeIndex(written, folder, { machine: "the runner's" });
    const { chromium } = await import("playwright-core");
    const browser = await chromium.launch({ executablePath: chromiumPath, args, timeout: 0 });
    try {
      const waiting = chosen.map(({ what, trusted }, at) => ({ what, file: `n${at}.html`, trusted }));
      if (form !== "small") waiting.push({ what: "the index of them all", file: "index.html", trusted: false });
      const one = async () => {
        let tab = await openTab(browser, heard);
        for (let next = waiting.shift(); next !== undefined; next = waiting.shift()) {
          const { what, file, trusted } = next;
          const before = tally.survived;
          await tally.attempt(what, 120, () => tab.harmOf(join(folder, file), trusted));
          if (tally.survived > before) continue;
          void tab.close().catch(() => {});
          tab = await openTab(browser, heard);
        }
      };
      await Promise.all(Array.from({ length: openAtOnce }, one));
    } finally {
      await browser.close();
      heard.close();
    }
  },
};

/** A title before, and a cell behind, which must both be there and be seen. */
function around(cells: readonly ICell[]): INotebookContent {
  const before = { cell_type: "markdown", source: "# Before", metadata: {} };
  const output = { output_type: "stream", name: "stdout", text: "behind" };
  const behind = { cell_type: "code", source: "1", outputs: [output], execution_count: 9, metadata: {} };
  return {
    nbformat: 4,
    nbformat_minor: 5,
    metadata: {} as INotebookContent["metadata"],
    cells: [before, ...cells, behind] as ICell[],
  };
}

const connected = "a connection";

interface Listener {
  readonly port: number;
  /** What came, in the order in which it came. */
  readonly words: string[];
  close(): void;
}

/** Every connection and every datagram to one port of this machine. */
async function listen(): Promise<Listener> {
  const words: string[] = [];
  const server = createServer((socket) => {
    const at = words.push(connected) - 1;
    socket.once("data", (bytes) => {
      words[at] = bytes.toString("latin1").split("\r\n")[0] ?? "";
      socket.destroy();
    });
    socket.on("error", () => {});
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  const datagrams = createSocket("udp4").on("message", (bytes) => words.push(`a datagram of ${bytes.length} bytes`));
  datagrams.bind(port, "127.0.0.1");
  await once(datagrams, "listening");
  const close = () => {
    server.close();
    datagrams.close();
  };
  return { port, words, close };
}

/** A tab of its own for many pages, one after another: a new one for each would take ten times as long. */
async function openTab(browser: Browser, heard: Listener) {
  const context = await browser.newContext();
  const page = await context.newPage();
  // The attempt has a limit, by the machine's load.
  page.setDefaultTimeout(0);
  let harm: string[] = [];
  let own = "";
  page.on("dialog", (dialog) => {
    harm.push(`a dialog says ${dialog.message()}`);
    void dialog.dismiss();
  });
  context.on("page", () => harm.push("a window opened"));
  // What the policy forbids never finishes.
  page.on("requestfinished", (request) => {
    if (!/^(data|about|blob):/.test(request.url()) && request.url() !== own) harm.push(`it loaded ${request.url()}`);
  });
  return {
    close: () => context.close(),
    /** What a page did that it must not, or undefined. */
    async harmOf(file: string, trusted: boolean): Promise<string | undefined> {
      const before = heard.words.length;
      harm = [];
      own = pathToFileURL(file).href;
      await page.goto(own, { waitUntil: "load" });
      await page.keyboard.press("Tab");
      harm.push(...(await page.evaluate(inPage)));
      await page.waitForTimeout(listenMilliseconds);
      if (page.url() !== own) harm.push(`it went to ${page.url()}`);
      if (await page.evaluate(() => (globalThis as { hacked?: unknown }).hacked)) harm.push("a script ran in the page");
      // A trusted script can make Chromium connect, by leading its own frame elsewhere, but not say a word.
      const came = heard.words.slice(before).filter((word) => !trusted || word !== connected);
      if (came.length > 0) harm.push(`the listener heard ${came.join(", ")}`);
      return harm.length === 0 ? undefined : harm.join("; ").slice(0, 600);
    },
  };
}

/** Runs in the page: what of it is gone, covered or not its own. */
function inPage(): string[] {
  const harm: string[] = [];
  for (const button of document.querySelectorAll<HTMLElement>("figure button.explore")) button.click();
  const isSeen = (element: Element | null | undefined, what: string) => {
    if (!element) {
      harm.push(`${what} is gone`);
      return;
    }
    element.scrollIntoView({ block: "center" });
    const { left, top, height } = element.getBoundingClientRect();
    const hit = document.elementFromPoint(left + 5, top + height / 2);
    if (hit === null || !(element === hit || element.contains(hit)))
      harm.push(`${what} is covered by ${hit?.outerHTML.slice(0, 80) ?? "nothing"}`);
  };
  isSeen(document.querySelector("body > .layout > header h1, body header h1"), "the title");
  if (document.querySelector("main#content section.cell")) {
    const last = [...document.querySelectorAll("main#content > section.cell")].at(-1);
    const words = last?.querySelector("pre.stream");
    isSeen(words?.textContent === "behind" ? words : undefined, "the last cell");
  }
  isSeen([...document.querySelectorAll("footer")].at(-1)?.querySelector("h2, p, dl, table"), "the footer");
  if (!document.querySelector("footer")?.textContent?.includes("the runner's"))
    harm.push("the runner's facts are gone");
  if (document.querySelector("main script:not([type='application/json'])")) harm.push("a script stands in the page");
  return harm;
}
