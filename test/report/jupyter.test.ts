import { spawnSync } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import type { INotebookContent, IOutput } from "@jupyterlab/nbformat";
import { beforeAll, describe, expect, it } from "vitest";
import { installKernel } from "../../lib/jupyter";
import { executeNotebook } from "../../lib/notebook";
import { diffNotebooks } from "../../lib/report";
import { outputsOf } from "../../lib/report/notebook-result";
import { missing as missingModules, python } from "../jupyter/clients/python";
import { temporaryFolder } from "../temporary-folder";

const missing = missingModules("nbformat", "nbclient", "nbconvert");
if (missing !== undefined)
  console.warn(
    `skipped: Jupyter's own tools are not at hand (${missing}); NJEPA_PEER_PYTHON names a Python that has them`,
  );

const sources = [
  "let seed = 3;",
  'import * as njepa from "njepa";\nconsole.log("one"); console.error("two"); console.log("three"); seed',
  'njepa.show(njepa.table([{ a: 1, b: { value: 0.5, spread: 0.1, n: 3 } }], { id: "t", caption: "T" }));',
  'njepa.show(njepa.figure({ data: { values: [{ x: 1 }] }, mark: "point", encoding: { x: { field: "x", type: "quantitative" } } }, { id: "f", caption: "F" }));',
  'const line = njepa.liveLine(); line("first"); line("last");',
  'throw new TypeError("expected")',
  "[1, 2, 3]",
];

describe.skipIf(missing !== undefined)("an executed notebook, in the eyes of Jupyter's own tools", () => {
  const folder = temporaryFolder();
  const file = path.join(folder, "in.ipynb");
  const ours = path.join(folder, "ours.ipynb");
  let executed: INotebookContent;

  beforeAll(async () => {
    const cells = sources.map((source, at) => ({
      cell_type: "code",
      id: `c${at}`,
      metadata: { tags: at === 0 ? ["parameters"] : source.startsWith("throw") ? ["raises-exception"] : [] },
      source,
      outputs: [],
      execution_count: null,
    }));
    const kernelspec = { name: "njepa", display_name: "N-JEPA (TypeScript)", language: "typescript" };
    writeFileSync(file, JSON.stringify({ nbformat: 4, nbformat_minor: 5, metadata: { kernelspec }, cells }));
    const run = await executeNotebook(file, { output: ours });
    expect(run.error).toBeUndefined();
    executed = run.notebook;
  });

  function ask(script: string, ...args: string[]): string {
    installKernel({ prefix: folder });
    const env = { ...process.env, JUPYTER_PATH: path.join(folder, "share", "jupyter") };
    const { status, stdout, stderr } = spawnSync(python, ["-c", script, ...args], {
      encoding: "utf8",
      env,
      cwd: folder,
    });
    expect(status, stderr).toBe(0);
    return stdout;
  }

  it("is valid nbformat 4.5, also with parameters, also when a cell failed", async () => {
    const failed = path.join(folder, "failed.ipynb");
    const broken = JSON.parse(readFileSync(file, "utf8"));
    broken.cells[5].metadata.tags = [];
    const brokenFile = path.join(folder, "broken.ipynb");
    writeFileSync(brokenFile, JSON.stringify(broken));
    const run = await executeNotebook(brokenFile, { output: failed, parameters: { seed: 5 } });
    expect(run.status).toBe("failed");
    const validate =
      "import sys, nbformat\nfor f in sys.argv[1:]: nbformat.validate(nbformat.read(f, 4))\nprint('valid')";
    expect(ask(validate, ours, failed)).toBe("valid\n");
  });

  it("is rendered by nbconvert, with its tables and drawings", () => {
    const render =
      "import sys, nbformat, nbconvert\nprint(nbconvert.HTMLExporter().from_notebook_node(nbformat.read(sys.argv[1], 4))[0])";
    const html = ask(render, ours);
    const parts = [/0\.5 ± 0\.1/, /<svg|jp-RenderedSVG|image\/svg\+xml;base64/, /TypeError/, /three/];
    expect(parts.filter((part) => !part.test(html))).toEqual([]);
  });

  it("has the outputs that nbclient gets from the same kernel", () => {
    const theirs = path.join(folder, "theirs.ipynb");
    const execute =
      "import sys, nbformat, nbclient\nn = nbformat.read(sys.argv[1], 4)\n" +
      "nbclient.NotebookClient(n, kernel_name='njepa').execute()\nnbformat.write(n, sys.argv[2])";
    ask(execute, file, theirs);
    const other = JSON.parse(readFileSync(theirs, "utf8")) as INotebookContent;
    expect(other.cells.map((cell) => outputsOf(cell).map(plain))).toEqual(
      executed.cells.map((cell) => outputsOf(cell).map(plain)),
    );
    expect(diffNotebooks("n", executed, other, { relative: 0, strict: true })).toMatchObject({ changes: 0 });
  });
});

/** An output without the ways in which one content may be written. */
function plain(output: IOutput): object {
  const join = (value: unknown) =>
    Array.isArray(value) && value.every((it) => typeof it === "string") ? value.join("") : value;
  const data = Object.fromEntries(Object.entries(output.data ?? {}).map(([mime, value]) => [mime, join(value)]));
  return { ...output, ...("text" in output ? { text: join(output.text) } : {}), ...("data" in output ? { data } : {}) };
}
