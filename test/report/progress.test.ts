import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { describe, expect, it } from "vitest";
import { TerminalProgress } from "../../lib/system";
import { chooseNotebooks } from "../../scripts/report-choice";

describe("TerminalProgress", () => {
  it("writes a line at each end and at most one every ten seconds between, in a log", () => {
    let now = 0;
    const lines: string[] = [];
    const progress = new TerminalProgress({ write: (text) => lines.push(text) }, () => now);
    for (; now <= 24_000; now += 2_000) progress.update(`at ${now}`);
    progress.note("done");
    progress.update("next");
    expect(lines).toEqual(["at 0\n", "at 10000\n", "at 20000\n", "done\n", "next\n"]);
  });

  it("writes over one line on a terminal, no longer than the terminal is wide", () => {
    const written: string[] = [];
    const progress = new TerminalProgress({ isTTY: true, columns: 8, write: (text) => written.push(text) });
    progress.update("one\ntwo three");
    progress.note("done");
    expect(written).toEqual(["one two", "\r\u001b[2K", "done\n"]);
  });
});

describe("chooseNotebooks", () => {
  it("finds notebooks by a part of their name or by file, sorted, and says which there are when there is none", async () => {
    const folder = await mkdtemp(path.join(tmpdir(), "njepa-choice-"));
    for (const name of ["01-b.ipynb", "00-a.ipynb", "notes.md"]) await writeFile(path.join(folder, name), "{}");
    const at = (name: string) => path.join(folder, name);
    expect(await chooseNotebooks([], folder)).toEqual([at("00-a.ipynb"), at("01-b.ipynb")]);
    expect(await chooseNotebooks(["01"], folder)).toEqual([at("01-b.ipynb")]);
    expect(await chooseNotebooks([at("00-a.ipynb"), "00"], folder)).toEqual([at("00-a.ipynb")]);
    await expect(chooseNotebooks(["zz"], folder)).rejects.toThrow(/no notebook "zz".*00-a.ipynb, 01-b.ipynb/);
    await expect(chooseNotebooks([], `${folder}/none`)).rejects.toThrow(/nothing to run/);
    await rm(folder, { recursive: true });
  });
});
