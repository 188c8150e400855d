import { existsSync, readFileSync } from "node:fs";
import path from "node:path";
import { describe, expect, it } from "vitest";
import { executeNotebook, type NotebookProgress } from "../../lib/notebook";
import { temporaryFolder } from "../temporary-folder";
import { outputsOf, printed, writeCells } from "./notebook";

const folder = temporaryFolder();

describe("executeNotebook", () => {
  it("keeps outputs, counts and times, goes past expected errors and empty cells, and sets parameters", async () => {
    const file = writeCells(
      folder,
      ["let seed = 1;", "parameters"],
      "console.log('seed', seed); console.error('warned'); seed",
      "  ",
      ["throw new Error('expected')", "raises-exception"],
      "console.log('after');",
    );
    const output = path.join(folder, "out", "executed.ipynb");
    const events: NotebookProgress[] = [];
    const onProgress = (event: NotebookProgress) => events.push(event);
    const run = await executeNotebook(file, { parameters: { seed: 5 }, output, onProgress });
    expect(run.status).toBe("ok");
    expect(printed(run.notebook, 2)).toBe("seed 5\n");
    expect(printed(run.notebook, 2, "stderr")).toBe("warned\n");
    expect(outputsOf(run.notebook, 2).at(-1)).toMatchObject({
      output_type: "execute_result",
      execution_count: 3,
      data: { "text/plain": "5" },
    });
    expect(outputsOf(run.notebook, 1)).toEqual([]);
    expect(outputsOf(run.notebook, 4)[0]).toMatchObject({ output_type: "error", ename: "Error", evalue: "expected" });
    expect(printed(run.notebook, 5)).toBe("after\n");
    expect(run.notebook.cells.map((cell) => cell.execution_count)).toEqual([1, 2, 3, null, 4, 5]);
    expect(Object.keys(run.notebook.cells[2]?.metadata.execution ?? {}).sort()).toEqual([
      "iopub.execute_input",
      "iopub.status.busy",
      "iopub.status.idle",
      "shell.execute_reply",
    ]);
    expect(JSON.parse(readFileSync(output, "utf8"))).toEqual(run.notebook);
    expect(events.filter(({ kind }) => kind === "cell-started")).toHaveLength(5);
    expect(events.at(-1)).toMatchObject({ kind: "cell-finished", cell: 5, of: 5, index: 5, status: "ok" });
  });

  it("stops at a cell that throws and tells which, with all that came before", async () => {
    const output = path.join(folder, "failed.ipynb");
    const run = await executeNotebook(
      writeCells(
        folder,
        "console.log('kept')",
        "console.log('shown'); throw new TypeError('bad')",
        "console.log('never')",
      ),
      { output },
    );
    expect(run).toMatchObject({
      status: "failed",
      failedCell: { index: 1, source: "console.log('shown'); throw new TypeError('bad')" },
      error: { ename: "TypeError", evalue: "bad" },
    });
    expect(printed(run.notebook, 0)).toBe("kept\n");
    expect(outputsOf(run.notebook, 1).map((o) => o.output_type)).toEqual(["stream", "error"]);
    expect(outputsOf(run.notebook, 2)).toEqual([]);
    expect(existsSync(output)).toBe(true);
  });

  it("ends at the cell's limit and at the notebook's, with one error that says so and signs of life before", async () => {
    const file = writeCells(folder, "console.log('step 1'); await new Promise((end) => setTimeout(end, 60_000));");
    const events: NotebookProgress[] = [];
    const options = { progressEvery: 0.2, onProgress: (event: NotebookProgress) => events.push(event) };
    const limited = await executeNotebook(file, { cellTimeout: 1, ...options });
    expect(limited).toMatchObject({ status: "timeout", failedCell: { index: 0 } });
    expect(outputsOf(limited.notebook, 0).map((o) => [o.output_type, o.ename])).toEqual([
      ["stream", undefined],
      ["error", "CellTimeout"],
    ]);
    expect(events.some((event) => event.kind === "starting")).toBe(true);
    const lively = events.find((event) => event.kind === "cell-running" && event.text !== undefined);
    expect(lively).toMatchObject({ cell: 1, of: 1, text: "step 1" });
    expect(await executeNotebook(file, { timeout: 6 })).toMatchObject({ status: "timeout" });
  });

  it("tells a kernel that died, with its exit code", async () => {
    const run = await executeNotebook(writeCells(folder, "console.log('last'); process.exit(4)", "1"));
    expect(run).toMatchObject({ status: "dead", failedCell: { index: 0 } });
    expect(run.error?.evalue).toContain("exit code 4");
    expect(printed(run.notebook, 0)).toBe("last\n");
  });

  it("asks again where a kernel turns cells away after an error, and rebuilds the error that it does not send", async () => {
    // tslab as it is published: for 200 ms after an error it answers "abort", and errors are only text on stderr.
    const argv = [process.execPath, require.resolve("tslab/bin/tslab"), "kernel", "--config-path", "{connection_file}"];
    const file = writeCells(folder, ["throw new Error('first')", "raises-exception"], "console.log('second ran')");
    const run = await executeNotebook(file, { kernel: { argv } });
    expect(run.status).toBe("ok");
    expect(printed(run.notebook, 1)).toBe("second ran\n");
    expect(outputsOf(run.notebook, 0).at(-1)).toMatchObject({ output_type: "error", ename: "Error", evalue: "first" });
  });
});
