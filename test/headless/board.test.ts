import { describe, expect, it } from "vitest";
import { Board } from "../../lib/headless";
import { defaultJobs } from "../../lib/headless/plan";

describe("Board", () => {
  it("draws one table over itself on a terminal, below the lines that stay", () => {
    let now = 0;
    const written: string[] = [];
    const terminal = { isTTY: true, columns: 60, rows: 10, write: (text: string) => written.push(text) };
    const board = new Board(["a", "bb"], terminal, () => now);
    board.update("a", { state: "runs", cell: "3 of 9", text: "\u001b[31mstep\u001b[0m\n4/10" }, "unused");
    expect(written.splice(0).join("")).toBe(
      `a          0.0 s     3 of 9  runs        step 4/10\nbb                           waits\n`,
    );
    now = 5_000;
    board.note("a", "kept");
    const [erased, line, table] = written.splice(0);
    expect(erased).toBe("\u001b[2A\u001b[0J");
    expect(line).toBe("kept\n");
    expect(table).toContain("5.0 s");
    now = 7_000;
    board.end("a", "ok");
    now = 60_000;
    written.length = 0;
    board.note("a", "not worth a line", { quiet: true });
    expect(written).toEqual([]);
    board.update("bb", { state: "starts" }, "unused");
    expect(written.join("")).toMatch(/a {10}7\.0 s {5}3 of 9 {2}ok\n/);
    board.close();
  });

  it("keeps to the height of the terminal and shows what runs", () => {
    const written: string[] = [];
    const terminal = { isTTY: true, columns: 60, rows: 6, write: (text: string) => written.push(text) };
    const names = Array.from({ length: 9 }, (_, at) => `n${at}`);
    const board = new Board(names, terminal, () => 0);
    board.update("n7", { state: "runs" }, "unused");
    expect(written.join("").split("\n")).toHaveLength(3);
    expect(written.join("")).toMatch(/n7 .*\n… and 8 more\n$/);
    board.close();
  });

  it("writes lines in a log: each end, and for each notebook one in ten seconds", () => {
    let now = 0;
    const lines: string[] = [];
    const board = new Board(["a", "b"], { write: (text) => lines.push(text) }, () => now);
    for (; now < 12_000; now += 1_000)
      for (const name of ["a", "b"]) board.update(name, { state: "runs" }, `${name} at ${now}`);
    board.note("a", "a done", { quiet: true });
    board.end("a", "ok");
    board.close();
    expect(lines).toEqual(["a at 0\n", "b at 0\n", "a at 10000\n", "b at 10000\n", "a done\n"]);
  });
});

describe("defaultJobs", () => {
  it("is one notebook for two cores, at least two where there are two, one for four gibibytes, and never none", () => {
    expect(defaultJobs(2, 64 * 2 ** 30)).toBe(2);
    expect(defaultJobs(2, 7 * 2 ** 30)).toBe(1);
    expect(defaultJobs(6, 64 * 2 ** 30)).toBe(3);
    expect(defaultJobs(16, 64 * 2 ** 30)).toBe(8);
    expect(defaultJobs(16, 9 * 2 ** 30)).toBe(2);
    expect(defaultJobs(1, 2 ** 30)).toBe(1);
  });
});
