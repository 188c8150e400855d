import { type ChildProcess, spawn } from "node:child_process";
import { mkdirSync, writeFileSync } from "node:fs";
import path from "node:path";
import type { Browser, Locator, Page } from "playwright-core";
import { installKernel } from "../../../lib/jupyter";
import { ownCache } from "../../attack/processes";
import { launchChromium } from "../../chromium";
import { freePort, jupyterEnvironment, python } from "./python";

/** A notebook in JupyterLab or Notebook, in the dark theme, in Chromium. */
export class Lab {
  private constructor(
    readonly name: string,
    readonly server: ChildProcess,
    readonly browser: Browser,
    readonly page: Page,
  ) {}

  static async open(folder: string, name: string, module: string, route: string, sources: string[]): Promise<Lab> {
    installKernel({ prefix: folder });
    writeNotebook(path.join(folder, "look.ipynb"), sources);
    const settings = path.join(folder, "config", "lab", "user-settings", "@jupyterlab", "apputils-extension");
    mkdirSync(settings, { recursive: true });
    writeFileSync(path.join(settings, "themes.jupyterlab-settings"), JSON.stringify({ theme: "JupyterLab Dark" }));
    const port = await freePort();
    const options = ["--IdentityProvider.token=look", "--ServerApp.open_browser=False", "--allow-root"];
    const server = spawn(python, ["-m", module, `--port=${port}`, ...options], {
      cwd: folder,
      // A cache of its own has no compiled programs: a first step compiles.
      env: { ...jupyterEnvironment(folder), ...(await ownCache(path.join(folder, "cache"))) },
      stdio: "ignore",
    });
    await untilUp(`http://127.0.0.1:${port}/api/status?token=look`);
    const browser = await launchChromium();
    const page = await browser.newPage({ viewport: { width: 1200, height: 1000 } });
    const lab = new Lab(name, server, browser, page);
    await page.goto(`http://127.0.0.1:${port}/${route}/look.ipynb?token=look`, { timeout: 240_000 });
    await page.locator(".jp-CodeCell").nth(2).waitFor({ timeout: 240_000 });
    const idle = page.locator('.jp-Notebook-ExecutionIndicator[data-status="idle"]');
    await idle.waitFor({ state: "attached", timeout: 240_000 });
    return lab;
  }

  cell(index: number): Locator {
    return this.page.locator(".jp-CodeCell").nth(index);
  }

  output(index: number): Locator {
    return this.cell(index).locator(".jp-OutputArea-output");
  }

  /**
   * Runs a cell. One that is run before there is a kernel is not run at all, in JupyterLab, whatever the kernel; and for a
   * moment after the kernel is idle, too: its prompt stays empty, and it is asked again.
   */
  async run(index: number): Promise<void> {
    const prompt = this.cell(index).locator(".jp-InputPrompt", { hasText: /\[[*\d]+\]/ });
    for (let attempt = 0; attempt < 10; attempt++) {
      await this.atEnd(index);
      await this.page.keyboard.press("Shift+Enter");
      const isAsked = await prompt.waitFor({ timeout: 8_000 }).then(
        () => true,
        () => false,
      );
      if (isAsked) return;
    }
    throw new Error(`cell ${index} is not run`);
  }

  /** Runs a cell and waits for its output to have the text. */
  async runTo(index: number, text: string): Promise<void> {
    await this.run(index);
    await this.output(index).getByText(text).first().waitFor({ timeout: 240_000 });
  }

  /** Puts the cursor behind the last character of a cell. */
  async atEnd(index: number): Promise<void> {
    await this.cell(index).locator(".cm-content").click();
    await this.page.keyboard.press("Control+End");
  }

  async stop(): Promise<void> {
    const button = '[data-command="notebook:interrupt-kernel"], [data-jp-item-name="interrupt"]';
    await this.page.locator(button).first().click();
  }

  /** For a person: into the folder that NJEPA_LOOK names. */
  async picture(what: string): Promise<void> {
    const folder = process.env.NJEPA_LOOK;
    if (folder) await this.page.screenshot({ path: path.join(folder, `${this.name}-${what}.png`) });
  }

  async close(): Promise<void> {
    await this.browser.close();
    this.server.kill();
  }
}

function writeNotebook(file: string, sources: readonly string[]): void {
  const cells = sources.map((source, index) => ({
    ...{ cell_type: "code", id: `cell-${index}`, source, metadata: {}, outputs: [], execution_count: null },
  }));
  const kernelspec = { name: "njepa", display_name: "N-JEPA (TypeScript)", language: "typescript" };
  writeFileSync(file, JSON.stringify({ nbformat: 4, nbformat_minor: 5, metadata: { kernelspec }, cells }));
}

async function untilUp(address: string): Promise<void> {
  for (let attempt = 0; attempt < 600; attempt++) {
    const answer = await fetch(address).catch(() => undefined);
    if (answer?.ok) return;
    await new Promise((resolve) => setTimeout(resolve, 300));
  }
  throw new Error(`nobody answers at ${address}`);
}
