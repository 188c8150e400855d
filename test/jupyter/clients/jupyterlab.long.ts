import { decode } from "fast-png";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { chromiumPath } from "../../chromium";
import { temporaryFolder } from "../../temporary-folder";
import { Lab } from "./lab";
import { missing } from "./python";

const sources = [
  'import * as njepa from "njepa";\nnjepa.table([{ word: "seen", value: 3 }], { id: "one", caption: "A caption" })',
  "console.log('it runs'); await 0; for (;;) {}",
  "6 * 7",
  `interface Settings { /** Number of blocks. */ depth: number; label?: string }
const settings: Settings = { depth: 2 };
function describeSettings(one: Settings) { return one.label }
class SettingsError extends Error {}
settings.depth`,
  "ettings",
  "Settings",
  `njepa.figure({ data: { values: [{ step: 0, loss: 3 }, { step: 9, loss: 1 }] }, mark: "line",
  encoding: { x: { field: "step", type: "quantitative" }, y: { field: "loss", type: "quantitative" } } }, { id: "loss", caption: "A loss that falls" })`,
  `await njepa.ready();
const run = njepa.parseRun({ preset: "demo", train: { compiler: "xla" } });
const data = await njepa.openDataset(run.data);
const state = njepa.createTrainState(run);
"made"`,
  "await njepa.watch(njepa.train(state, data))",
  "[state.records.length]",
];

describe.each([
  ["JupyterLab", "jupyterlab", "lab/tree"],
  ["Notebook", "notebook", "notebooks"],
])("our kernel in %s", (name, module, route) => {
  const reason = missing(module) ?? (chromiumPath ? undefined : "no Chromium in /usr/bin");
  const why = reason ? ` (${reason})` : "";
  const folder = temporaryFolder();
  let lab: Lab;

  beforeAll(async () => {
    if (reason === undefined) lab = await Lab.open(folder, name, module, route, sources);
  }, 600_000);
  afterAll(() => lab?.close());

  it.skipIf(reason)(`runs cells, shows a table, stops a loop and goes on${why}`, async () => {
    await lab.runTo(0, "A caption");
    expect(await lab.output(0).locator("table").count()).toBe(1);
    await lab.runTo(1, "it runs");
    await lab.stop();
    await lab.output(1).getByText("Interrupted").first().waitFor({ timeout: 60_000 });
    await lab.runTo(2, "42");
    await lab.picture("cells");
  });

  it.skipIf(reason)(`completes names with their kinds${why}`, async () => {
    await lab.runTo(3, "2");
    await lab.atEnd(4);
    await lab.page.keyboard.press("Tab");
    const named = (text: string) => lab.page.locator(".jp-Completer-match", { hasText: new RegExp(`^${text}$`) });
    const item = (text: string) => lab.page.locator(".jp-Completer-item").filter({ has: named(text) });
    await item("describeSettings").waitFor({ timeout: 60_000 });
    await lab.picture("completion");
    const kinds = { settings: "variable", describeSettings: "function", SettingsError: "class" };
    for (const [word, kind] of Object.entries(kinds))
      expect(await item(word).locator(".jp-Completer-typeExtended").innerText()).toBe(kind);
    await lab.page.keyboard.press("Escape");
  });

  it.skipIf(reason)(`shows an interface's members in a tooltip${why}`, async () => {
    await lab.atEnd(5);
    await lab.page.keyboard.press("Shift+Tab");
    const tooltip = lab.page.locator(".jp-Tooltip");
    await tooltip.getByText("depth: number").waitFor({ timeout: 60_000 });
    expect(await tooltip.innerText()).toContain("label?: string");
    await lab.picture("tooltip");
    await lab.page.keyboard.press("Escape");
  });

  it.skipIf(reason)(`shows a figure on the dark notebook's own background${why}`, async () => {
    expect(await lab.page.locator("body").getAttribute("data-jp-theme-light")).toBe("false");
    await lab.run(6);
    await lab.output(6).locator("svg, canvas").first().waitFor({ timeout: 120_000 });
    const { data, channels, width, height } = decode(await lab.output(6).screenshot());
    const bright = Array.from({ length: width * height }, (_, at) =>
      Math.min(...[0, 1, 2].map((channel) => Number(data[at * channels + channel]))),
    ).filter((least) => least > 200).length;
    await lab.picture("figure");
    // Its letters and lines are bright, the rest is not.
    expect(bright / (width * height)).toBeGreaterThan(0.0005);
    expect(bright / (width * height)).toBeLessThan(0.1);
  });

  it.skipIf(reason)(`says that a model is compiled, and a stop gives the session back before it is${why}`, async () => {
    await lab.runTo(7, "made");
    await lab.runTo(8, "compiling");
    await lab.picture("compiling");
    await lab.stop();
    await lab.output(8).getByText("Interrupted").first().waitFor({ timeout: 60_000 });
    await lab.runTo(9, "[ 0 ]");
    await lab.picture("stopped");
  });
});
