import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import { beforeAll, describe, expect, it } from "vitest";
import { findKept, NotebookSession, readNotebook, recordRun, writeNotebook } from "../../lib/notebook";
import { temporaryFolder } from "../temporary-folder";
import { printed, writeCells } from "./notebook";

const folder = temporaryFolder();

describe("NotebookSession", () => {
  it("goes on at the mended cell with all that the cells before made, and marks their outputs", async () => {
    const session = await NotebookSession.open(folder, {});
    try {
      const broken = await readNotebook(
        writeCells(folder, "let count = 1; console.log('once')", "count += 1; missing()", "console.log(count)"),
      );
      expect(await session.run(broken)).toMatchObject({ status: "failed", failedCell: { index: 1 } });
      const mended = await readNotebook(
        writeCells(folder, "let count = 1; console.log('once')", "count += 10;", "console.log(count)"),
      );
      expect(session.objection(mended)).toBeUndefined();
      const run = await session.run(mended);
      expect(run.status).toBe("ok");
      expect(printed(run.notebook, 0)).toBe("once\n");
      expect(run.notebook.cells[0]?.metadata.njepa).toMatchObject({ kept: expect.stringMatching(/^\d{4}-/) });
      expect(run.notebook.cells[1]?.metadata.njepa).toBeUndefined();
      // A type error is found before anything runs: the first attempt added nothing.
      expect(printed(run.notebook, 2)).toBe("11\n");
    } finally {
      await session.close();
    }
  });

  it("takes no mark, time or output from the file for those of an execution", async () => {
    const notebook = await readNotebook(writeCells(folder, "1 + 1", "throw 2", "3"));
    for (const cell of notebook.cells) {
      const execution = {
        "iopub.execute_input": "1999-01-01T00:00:00Z",
        "shell.execute_reply": "1999-01-02T00:00:00Z",
      };
      cell.metadata = { tags: ["own"], njepa: { kept: "1999-01-01T00:00:00Z" }, execution };
    }
    const session = await NotebookSession.open(folder, {});
    const { notebook: run } = await session.run(notebook).finally(() => session.close());
    expect(run.cells.map(({ metadata }) => [metadata.tags, metadata.njepa])).toEqual(
      Array(3).fill([["own"], undefined]),
    );
    expect(JSON.stringify(run)).not.toContain("1999");
  });

  it("says why it cannot go on", async () => {
    const session = await NotebookSession.open(folder, {});
    const cells = ["1", "2", "throw 3"];
    await session.run(await readNotebook(writeCells(folder, ...cells)));
    const objection = async (...texts: string[]) => session.objection(await readNotebook(writeCells(folder, ...texts)));
    expect(await objection("1", "2", "4")).toBeUndefined();
    expect(await objection("1", "5", "4")).toMatch(/cell 2, which had run, is another one now/);
    expect(await objection("1")).toMatch(/the code cell 2, is no longer there/);
    await session.close();
    expect(await objection(...cells)).toBe("its kernel is gone");
  });
});

describe("kept outputs", () => {
  const out = path.join(folder, "reports");
  const data = path.join(folder, "data");
  const texts = ['const text = require("node:fs").readFileSync("data/rows.csv", "utf8"); console.log(text)', "1 + 1"];
  const notebook = (...cells: string[]) => readNotebook(writeCells(folder, ...cells));

  beforeAll(async () => {
    mkdirSync(data, { recursive: true });
    writeFileSync(path.join(data, "rows.csv"), "a,b");
    const session = await NotebookSession.open(folder, { trackInputs: true });
    const run = await session.run(await notebook(...texts));
    const inputs = session.inputs();
    await session.close();
    expect(inputs?.states.map((state) => state.path)).toEqual([path.join(data, "rows.csv")]);
    expect(inputs?.changed).toEqual([]);
    expect(run.peakBytes ?? 1e8).toBeGreaterThan(5e7);
    await writeNotebook(path.join(out, "n.ipynb"), run.notebook);
    const times = { started: "2024-05-01T10:00:00.000Z", finished: "2024-05-01T10:01:00.000Z" };
    await recordRun(out, "n", { notebook: run.notebook, seconds: 60, inputs, ...times });
  });

  it("are found while nothing has changed, also when only text cells did", async () => {
    const same = await notebook(...texts);
    const markdown = { cell_type: "markdown", id: "new", metadata: {}, source: "new words" };
    const kept = await findKept(out, "n", { ...same, cells: [markdown, ...same.cells] });
    if (typeof kept === "string") throw new Error(kept);
    expect(kept).toMatchObject({ seconds: 60, finished: "2024-05-01T10:01:00.000Z" });
    expect(printed(kept.notebook, 1)).toBe("a,b\n");
    expect(kept.notebook.cells[2]?.metadata.njepa).toHaveProperty("kept");
  });

  it("are not those of another code, of more code, or of none", async () => {
    expect(await findKept(out, "n", await notebook(texts[0] ?? "", "1 + 2"))).toBe("cell 2 changed");
    expect(await findKept(out, "n", await notebook(...texts, "3"))).toBe("cell 3 changed");
    expect(await findKept(out, "n", await notebook(texts[0] ?? ""))).toBe("cells were taken away");
    expect(await findKept(out, "m", await notebook(...texts))).toBe("it has not run before");
  });

  it("are refused when a file that a cell read has changed, and when a tag asks for it", async () => {
    const file = path.join(data, "rows.csv");
    writeFileSync(file, "a,c!");
    expect(await findKept(out, "n", await notebook(...texts))).toBe(`${file} changed`);
    const tagged = await readNotebook(writeCells(folder, texts[0] ?? "", ["1 + 1", "no-cache"]));
    expect(await findKept(out, "n", tagged)).toBe("cell 2 is tagged no-cache");
  });

  it("are not those of a run beside it that wrote the same page before this one was recorded", async () => {
    const now = {
      notebook: await notebook("1"),
      seconds: 1,
      inputs: { states: [], changed: [] },
      started: "",
      finished: "",
    };
    await writeNotebook(path.join(out, "two.ipynb"), await notebook("2"));
    await recordRun(out, "two", now);
    expect(await findKept(out, "two", now.notebook)).toMatch(/executed notebook is gone or was changed/);
    await writeNotebook(path.join(out, "two.ipynb"), now.notebook);
    expect(typeof (await findKept(out, "two", now.notebook))).not.toBe("string");
  });

  it("are refused when the executed notebook was changed by hand or the record is damaged", async () => {
    writeFileSync(path.join(data, "rows.csv"), "a,b");
    const record = path.join(out, ".njepa", "n.json");
    const text = readFileSync(record, "utf8");
    writeFileSync(record, JSON.stringify({ ...JSON.parse(text), inputs: [] }));
    const executed = path.join(out, "n.ipynb");
    writeFileSync(executed, readFileSync(executed, "utf8").replace("a,b", "a,x"));
    expect(await findKept(out, "n", await notebook(...texts))).toMatch(/executed notebook is gone or was changed/);
    writeFileSync(record, text.slice(0, 40));
    expect(await findKept(out, "n", await notebook(...texts))).toBe("it has not run before");
  });
});
