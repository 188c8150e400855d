import { spawn } from "node:child_process";
import { existsSync, writeFileSync } from "node:fs";
import path from "node:path";
import { type Browser, chromium, type Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { installKernel } from "../../../lib/jupyter";
import { temporaryFolder } from "../../temporary-folder";
import { freePort, jupyterEnvironment, missing, python } from "./python";

const executablePath = ["/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome"].find((it) =>
  existsSync(it),
);
const cell = (source: string) => ({ cell_type: "code", source, metadata: {}, outputs: [], execution_count: null });

describe.each([
  ["JupyterLab", "jupyterlab", "lab/tree"],
  ["Notebook", "notebook", "notebooks"],
])("our kernel in %s", (name, module, route) => {
  const reason = missing(module) ?? (executablePath ? undefined : "no Chromium in /usr/bin");
  const prefix = temporaryFolder();
  let server: ReturnType<typeof spawn> | undefined;
  let browser: Browser | undefined;
  let page: Page;

  beforeAll(async () => {
    if (reason !== undefined || executablePath === undefined) return;
    installKernel({ prefix });
    const cells = [
      cell(
        'import * as njepa from "njepa";\nnjepa.table([{ word: "seen", value: 3 }], { id: "one", caption: "A caption" })',
      ),
      cell("console.log('it runs'); await 0; for (;;) {}"),
      cell("6 * 7"),
    ].map((it, index) => ({ ...it, id: `cell-${index}` }));
    const kernelspec = { name: "njepa", display_name: "N-JEPA (TypeScript)", language: "typescript" };
    const notebook = { nbformat: 4, nbformat_minor: 5, metadata: { kernelspec }, cells };
    writeFileSync(path.join(prefix, "look.ipynb"), JSON.stringify(notebook));
    const port = await freePort();
    const options = [
      `--port=${port}`,
      "--IdentityProvider.token=look",
      "--ServerApp.open_browser=False",
      "--allow-root",
    ];
    server = spawn(python, ["-m", module, ...options], {
      cwd: prefix,
      env: jupyterEnvironment(prefix),
      stdio: "ignore",
    });
    await untilUp(`http://127.0.0.1:${port}/api/status?token=look`);
    browser = await chromium.launch({ executablePath, args: ["--no-sandbox", "--disable-gpu", "--no-first-run"] });
    page = await browser.newPage({ viewport: { width: 1200, height: 1000 } });
    await page.goto(`http://127.0.0.1:${port}/${route}/look.ipynb?token=look`);
    await page.locator(".jp-CodeCell").nth(2).waitFor({ timeout: 120_000 });
  });
  afterAll(async () => {
    await browser?.close();
    server?.kill();
  });

  it.skipIf(reason)(`runs cells, shows a table, stops a loop and goes on${reason ? ` (${reason})` : ""}`, async () => {
    const cells = page.locator(".jp-CodeCell");
    // A cell that is run before there is a kernel is not run at all, in JupyterLab, whatever the kernel; and for a moment after the
    // kernel is idle, too: its prompt stays empty, and it is asked again.
    const run = async (index: number) => {
      const prompt = cells.nth(index).locator(".jp-InputPrompt", { hasText: /\[[*\d]+\]/ });
      for (let attempt = 0; attempt < 10; attempt++) {
        await cells.nth(index).locator(".cm-content").click();
        await page.keyboard.press("Shift+Enter");
        const isAsked = await prompt.waitFor({ timeout: 5_000 }).then(
          () => true,
          () => false,
        );
        if (isAsked) return;
      }
      throw new Error(`cell ${index} is not run`);
    };
    await page
      .locator('.jp-Notebook-ExecutionIndicator[data-status="idle"]')
      .waitFor({ state: "attached", timeout: 120_000 });
    await run(0);
    await cells.nth(0).locator(".jp-OutputArea-output table").waitFor({ timeout: 120_000 });
    expect(await cells.nth(0).locator(".jp-OutputArea-output").innerText()).toContain("A caption");
    await run(1);
    await cells.nth(1).getByText("it runs", { exact: true }).waitFor({ timeout: 60_000 });
    await page.locator('[data-command="notebook:interrupt-kernel"], [data-jp-item-name="interrupt"]').first().click();
    await cells.nth(1).locator(".jp-OutputArea-output").getByText("Interrupted").first().waitFor({ timeout: 30_000 });
    await run(2);
    await cells.nth(2).locator(".jp-OutputArea-output").getByText("42").waitFor({ timeout: 60_000 });
    if (process.env.NJEPA_LOOK) await page.screenshot({ path: path.join(process.env.NJEPA_LOOK, `${name}.png`) });
  });
});

async function untilUp(address: string): Promise<void> {
  for (let attempt = 0; attempt < 300; attempt++) {
    const answer = await fetch(address).catch(() => undefined);
    if (answer?.ok) return;
    await new Promise((resolve) => setTimeout(resolve, 300));
  }
  throw new Error(`nobody answers at ${address}`);
}
