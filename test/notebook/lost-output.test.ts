import path from "node:path";
import { describe, expect, it } from "vitest";
import { executeNotebook } from "../../lib/notebook";
import { temporaryFolder } from "../temporary-folder";
import { printed, writeCells } from "./notebook";

const folder = temporaryFolder();
const argv = [process.execPath, path.join(__dirname, "lossy-kernel.cjs"), "{connection_file}"];

describe("a kernel whose output does not all arrive", () => {
  it.each([
    ["idle", /end of its output did not arrive within 1 seconds of silence/],
    ["garbled", /1 of its messages could not be read/],
  ])("is told from one that failed: %s", async (code, reason) => {
    const run = await executeNotebook(writeCells(folder, "fine", code, "never"), { kernel: { argv }, lostAfter: 1 });
    expect(run).toMatchObject({ status: "lost", failedCell: { index: 1 }, error: { ename: "LostOutput" } });
    expect(run.error?.evalue).toMatch(reason);
    expect(printed(run.notebook, 0)).toBe("some\n");
    expect(printed(run.notebook, 1)).toBe("some\n");
    expect(run.notebook.cells[2]?.outputs).toEqual([]);
  });
});
