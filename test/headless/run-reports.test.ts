import { cpSync, existsSync, mkdirSync, readFileSync, symlinkSync } from "node:fs";
import path from "node:path";
import { expect, it } from "vitest";
import { reportsTable, runReports } from "../../lib/headless";
import { writeCells } from "../notebook/notebook";
import { temporaryFolder } from "../temporary-folder";

const folder = temporaryFolder();
const name = (file: string) => path.basename(file, ".ipynb");

it("gives how each notebook ended, leaves their pages, prints nothing, and takes no signal of the process", async () => {
  const good = writeCells(folder, "1 + 1");
  const bad = writeCells(folder, "throw new RangeError('no further')");
  const lines: string[] = [];
  const listeners = process.listenerCount("SIGINT");
  const out = path.join(folder, "out");
  const terminal = { write: (text: string) => lines.push(text) };
  const run = await runReports({ notebooks: [good, bad], out, jobs: 1, stop: true, terminal });
  expect(process.listenerCount("SIGINT")).toBe(listeners);
  expect(run.ok).toBe(false);
  expect(run.index).toBe(path.join(out, "index.html"));
  expect(run.notebooks).toMatchObject([
    { name: name(good), status: "ok", cells: 1 },
    { name: name(bad), status: "failed", error: "RangeError: no further" },
  ]);
  expect(readFileSync(path.join(out, `${name(bad)}.html`), "utf8")).toContain("no further");
  expect(lines.join("")).toContain("cell 1 did not end well: RangeError");
  expect(reportsTable(run).toText()).toMatch(/ok\n.*failed/);
});

it("ends the kernels when its signal aborts, writes a page with what there was, and begins no other notebook", async () => {
  const endless = writeCells(folder, "console.log('so far')", "await new Promise(() => setInterval(() => {}, 1000))");
  const never = writeCells(folder, "1");
  const stopping = new AbortController();
  const out = path.join(folder, "stopped");
  const terminal = {
    write: (text: string) => void (/cell 1 .*ok/.test(text) && setTimeout(() => stopping.abort(), 300)),
  };
  const run = await runReports({ notebooks: [endless, never], out, jobs: 1, signal: stopping.signal, terminal });
  expect(run.notebooks).toMatchObject([
    { name: name(endless), status: "stopped" },
    { name: name(never), status: "not begun" },
  ]);
  expect(readFileSync(path.join(out, `${name(endless)}.html`), "utf8")).toContain("so far");
  expect(existsSync(path.join(out, `${name(never)}.html`))).toBe(false);
});

it("runs no notebook whose executed copy would replace it, by whatever name its folder is called", async () => {
  const file = writeCells(folder, "1");
  const before = readFileSync(file, "utf8");
  const link = path.join(folder, "link");
  symlinkSync(folder, link);
  for (const out of [folder, link, path.join(folder, "x", "..")])
    await expect(runReports({ notebooks: [file], out })).rejects.toThrow("where its executed copy would replace it");
  expect(readFileSync(file, "utf8")).toBe(before);
});

it("goes on where what a notebook depends on cannot be recorded, and says so", async () => {
  const [good, next] = [writeCells(folder, "1"), writeCells(folder, "2")];
  const out = path.join(folder, "unrecorded");
  mkdirSync(path.join(out, ".njepa", `${name(good)}.json`), { recursive: true });
  const lines: string[] = [];
  const terminal = { write: (text: string) => lines.push(text) };
  const run = await runReports({ notebooks: [good, next], out, jobs: 1, terminal });
  expect(run.notebooks.map(({ status }) => status)).toEqual(["ok", "ok"]);
  expect(lines.join("")).toMatch(/Cannot record what it depends on.*: a folder of that name is in the way/);
});

it("runs what is saved while another notebook is executed, when it watches", async () => {
  const [broken, mended] = [writeCells(folder, "throw 1"), writeCells(folder, "2")];
  const slow = writeCells(folder, "await new Promise((end) => setTimeout(end, 200)); void 0");
  const stopping = new AbortController();
  const lines: string[] = [];
  const write = (text: string) => {
    lines.push(text);
    if (text.startsWith(`${name(slow)}  starting`)) cpSync(mended, broken);
    if (text.startsWith(`${name(broken)}  cell 1 (1 of 1)  ok`)) stopping.abort();
  };
  const ending = setTimeout(() => stopping.abort(), 60_000);
  const out = path.join(folder, "watched");
  const { signal } = stopping;
  await runReports({ notebooks: [broken, slow], out, jobs: 1, watch: true, signal, terminal: { write } });
  clearTimeout(ending);
  expect(lines.join("")).toContain(`${name(broken)}  cell 1 (1 of 1)  ok`);
});
