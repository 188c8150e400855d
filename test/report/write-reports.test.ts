import { execFile, spawnSync } from "node:child_process";
import { rmdirSync } from "node:fs";
import { mkdir, readdir, readFile, rm, writeFile } from "node:fs/promises";
import path from "node:path";
import { promisify } from "node:util";
import { beforeEach, describe, expect, it } from "vitest";
import { NjepaError } from "../../lib/errors";
import { type NotebookResult, writeReports } from "../../lib/report";
import { compiledFile } from "../../lib/system";
import { temporaryFolder } from "../temporary-folder";
import { codeCell, notebookOf, stream, textCell } from "./sample-notebook";

const tmpfs = canMount();
if (!tmpfs) console.warn("the full disk is skipped: mounting a tmpfs is not allowed here");

function canMount(): boolean {
  const place = temporaryFolder();
  const { status } = spawnSync("mount", ["-t", "tmpfs", "-o", "size=64k", "tmpfs", place]);
  if (status === 0) spawnSync("umount", [place]);
  rmdirSync(place);
  return status === 0;
}

const result = (name: string): NotebookResult => ({
  name,
  notebook: notebookOf([textCell(`# Title of ${name} \\<b>`), codeCell("1")]),
  status: "ok",
  seconds: 1.23,
});

describe("writeReports", () => {
  let folder: string;
  beforeEach(async () => {
    folder = temporaryFolder();
  });

  it("writes page, executed notebook, index and summary, and leaves nothing else behind", async () => {
    const out = path.join(folder, "deep", "reports");
    const { index, reports } = await writeReports([result("a")], out);
    expect(index).toBe(path.join(out, "index.html"));
    expect((await readdir(out)).sort()).toEqual(["a.html", "a.ipynb", "index.html", "summary.json"]);
    expect(JSON.parse(await readFile(path.join(out, "a.ipynb"), "utf8"))).toEqual(result("a").notebook);
    expect(JSON.parse(await readFile(path.join(out, "summary.json"), "utf8")).reports).toEqual(reports);
    expect(await readFile(index, "utf8")).toContain('<a href="a.html">Title of a &lt;b&gt;</a>');
  });

  it("keeps earlier pages in the index, but only those that are still there", async () => {
    await writeReports([result("a"), result("b")], folder);
    await rm(path.join(folder, "b.html"));
    await writeReports([result("c")], folder);
    const summary = JSON.parse(await readFile(path.join(folder, "summary.json"), "utf8"));
    expect(summary.reports.map((report: { name: string }) => report.name)).toEqual(["a", "c"]);
  });

  it("keeps every page in the index when several processes write into the folder at once", async () => {
    const script = `
      const { writeReports } = require(process.argv[1]);
      const notebook = { nbformat: 4, nbformat_minor: 5, metadata: {}, cells: [] };
      (async () => {
        for (let page = 0; page < 4; page++) {
          const name = process.argv[2] + page;
          await writeReports([{ name, notebook, status: "ok", seconds: 1 }], process.argv[3]);
        }
      })();`;
    const args = (name: string) => ["-e", script, compiledFile("report", "index.js"), name, folder];
    const run = (name: string) => promisify(execFile)(process.execPath, args(name));
    await Promise.all(["a", "b", "c"].map(run));
    const names = ["a", "b", "c"].flatMap((name) => [0, 1, 2, 3].map((page) => `${name}${page}`));
    const summary = JSON.parse(await readFile(path.join(folder, "summary.json"), "utf8"));
    expect(summary.reports.map((report: { name: string }) => report.name)).toEqual(names);
    const index = await readFile(path.join(folder, "index.html"), "utf8");
    expect(names.filter((name) => !index.includes(`"${name}.html"`))).toEqual([]);
  });

  it("keeps the entry that finished last, whoever writes the index last", async () => {
    await writeReports([result("a")], folder, { finished: "2026-01-02T00:00:00.000Z" });
    await writeReports([{ ...result("a"), status: "failed" }], folder, { finished: "2026-01-01T00:00:00.000Z" });
    const summary = JSON.parse(await readFile(path.join(folder, "summary.json"), "utf8"));
    expect(summary.reports).toMatchObject([{ name: "a", status: "ok" }]);
  });

  it("is not stopped by a damaged summary of an earlier run", async () => {
    await writeFile(path.join(folder, "summary.json"), '{"reports": [');
    expect((await writeReports([result("a")], folder)).reports).toHaveLength(1);
  });

  it.skipIf(process.platform !== "linux")(
    "gives up, rather than trying for ever, where no folder can be made",
    async () => {
      await expect(writeReports([result("a")], "/proc/njepa/reports")).rejects.toThrow(/none can be made there/);
    },
  );

  it("still writes a page that says so where the executed notebook finds no room", async () => {
    await mkdir(path.join(folder, "a.ipynb"));
    const { reports } = await writeReports([result("a")], folder);
    expect(reports).toMatchObject([{ status: "unwritten", error: expect.stringMatching(/Cannot write .*a\.ipynb/) }]);
    const page = await readFile(path.join(folder, "a.html"), "utf8");
    expect(page).toContain("the executed notebook could not be written");
    expect(page).toContain("Title of a");
  });

  it("still writes a page that says so where an output is nested too deeply to be written as JSON", async () => {
    let nested: unknown = 1;
    for (let level = 0; level < 100_000; level++) nested = [nested];
    const shows = { output_type: "display_data", data: { "application/json": nested }, metadata: {} };
    const deep = { ...result("a"), notebook: notebookOf([codeCell("1", [shows as never]), codeCell("2", [])]) };
    const { reports } = await writeReports([deep], folder);
    expect(reports).toMatchObject([
      { status: "unwritten", error: expect.stringMatching(/a\.ipynb cannot be written/) },
    ]);
    expect(await readFile(path.join(folder, "a.html"), "utf8")).toContain("nested too deeply");
  });

  it.skipIf(!tmpfs)("tells a full disk from all else, on a disk that is full", async () => {
    const small = path.join(folder, "small");
    await mkdir(small);
    const mounted = spawnSync("mount", ["-t", "tmpfs", "-o", "size=512k", "tmpfs", small]);
    expect(mounted.status).toBe(0);
    try {
      const big = { ...result("a"), notebook: notebookOf([codeCell("1", [stream("x".repeat(900_000))])]) };
      const { reports } = await writeReports([big], small);
      expect(reports[0]).toMatchObject({ status: "unwritten", error: expect.stringMatching(/the disk is full/) });
      expect(await readFile(path.join(small, "a.html"), "utf8")).toContain("the disk is full");
      expect((await readdir(small)).sort()).toEqual(["a.html", "index.html", "summary.json"]);
    } finally {
      spawnSync("umount", [small]);
    }
  });

  it("says in one sentence why a folder takes no files", async () => {
    const file = path.join(folder, "file");
    await writeFile(file, "");
    const writing = writeReports([result("a")], path.join(file, "out"));
    await expect(writing).rejects.toThrow(NjepaError);
    await expect(writing).rejects.toThrow(/a file stands where a folder should be/);
  });
});
