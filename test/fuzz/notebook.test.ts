import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { readNotebook } from "../../lib/notebook";
import { rng } from "../../lib/random";
import { pageHtml } from "../../lib/report";
import { codeCell, notebookOf, sampleNotebook, stream, textCell } from "../report/sample-notebook";
import { temporaryFolder } from "../temporary-folder";
import { damaged, damagedJson, FUZZ_INPUTS, fuzz } from "./fuzz";

const folder = temporaryFolder();

/** Small, so that thousands are written in minutes, and with every kind of output. */
async function smallNotebook() {
  const sample = await sampleNotebook();
  const outputs = sample.cells.flatMap((cell) => (cell.outputs as { data?: object }[] | undefined) ?? []);
  const small = outputs.filter((output) => JSON.stringify(output).length < 4000).slice(0, 5);
  const spec = { data: { values: [{ x: 1 }] }, mark: "point", encoding: { x: { field: "x", type: "quantitative" } } };
  const bundles = [
    { "text/html": "<table><tr><td>1</td></tr></table>" },
    { "image/svg+xml": '<svg viewBox="0 0 9 9"><title>t</title><rect width="9" height="9" style="fill:red"/></svg>' },
    { "image/png": "AAAA", "text/plain": "x" },
    { "text/markdown": "**x** $y$", "text/latex": "$x^2$" },
    { "application/json": { a: [1] } },
    { "application/vnd.vegalite.v5+json": spec },
  ];
  const shown = bundles.map((data) => ({
    output_type: "display_data",
    data,
    metadata: { njepa: { id: "i", caption: "c" } },
  }));
  const error = { output_type: "error", ename: "E", evalue: "v", traceback: ["t"] };
  const attachments = { "a.png": { "image/png": "AAAA" } };
  return {
    ...notebookOf([
      { ...textCell("# A title\n\n![a](attachment:a.png) $x$"), attachments },
      codeCell("1 + 1", [...small, ...shown, error, stream("out\n")] as never, 1),
    ]),
    metadata: { kernelspec: { name: "njepa", language: "typescript" }, njepa: { seeds: [1], device: "CPU" } },
  };
}

describe("damaged notebooks are read, and their pages written, or refused by name:", () => {
  it("values of every kind where others belong, and bytes of the file", { timeout: 20 * 60_000 }, async () => {
    const notebook = await smallNotebook();
    const text = Buffer.from(JSON.stringify(notebook));
    const file = join(folder, "n.ipynb");
    const report = await fuzz("notebook", [text], async (_, number) => {
      const random = rng(1).fold("notebook").fold(number);
      const isBytes = number % 10 === 0;
      writeFileSync(file, isBytes ? damaged(text, random) : JSON.stringify(damagedJson(notebook, random)));
      const read = await readNotebook(file);
      if (number % 4 > 0) return; // pages are slower by far
      const { html } = await pageHtml({ name: "n", notebook: read, status: "ok", seconds: 1 });
      expect(html).toContain("Where these numbers come from");
    });
    expect(Object.keys(report.answers)).toContain("read");
    expect(report.answers.DecodeError).toBeGreaterThan(FUZZ_INPUTS / 50);
    expect(report.grownBytes).toBeLessThan(512 << 20);
  });
});
