import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, readFileSync } from "node:fs";
import path from "node:path";
import { text } from "node:stream/consumers";
import { describe, expect, it } from "vitest";
import { writeCells } from "../notebook/notebook";
import { temporaryFolder } from "../temporary-folder";

const script = path.join(__dirname, "../../build/scripts/reports.js");
if (!existsSync(script)) console.warn("skipped: the commands are not compiled (npm run build)");
const folder = temporaryFolder();
const out = path.join(folder, "reports");

async function reports(...args: string[]) {
  const child = spawn(process.execPath, [script, ...args], { cwd: folder });
  const [[status], stdout, stderr] = await Promise.all([once(child, "exit"), text(child.stdout), text(child.stderr)]);
  return { status: status as number | null, stdout, stderr };
}

describe.skipIf(!existsSync(script))("npm run reports", () => {
  const good = writeCells(
    folder,
    ["let preset: 'demo' | 'smoke' = 'demo';\nlet n = 1;", "parameters"],
    "console.log(preset, n)",
  );
  const bad = writeCells(folder, "console.log('so far')", "throw new RangeError('no further')");
  const name = (file: string) => path.basename(file, ".ipynb");
  const page = (file: string) => readFileSync(path.join(out, `${name(file)}.html`), "utf8");

  it("executes two at once, leaves pages, index and summary, and says by its exit code that one failed", async () => {
    const { status, stdout, stderr } = await reports(good, bad, "--out", out, "--preset", "smoke", "--jobs", "2");
    expect(status, stderr).toBe(1);
    expect(stdout).toMatch(new RegExp(`${name(good)} .*ok\\n${name(bad)} .*failed`));
    expect(stderr).toMatch(/has no parameter preset: it runs as it is/);
    expect(stderr).toMatch(/cell 2 did not end well: RangeError: no further\n {4}throw new RangeError/);
    expect(page(good)).toContain("smoke 1");
    expect(page(bad)).toContain("so far");
    const summary = JSON.parse(readFileSync(path.join(out, "summary.json"), "utf8"));
    expect(summary.reports).toMatchObject([
      { name: name(good), status: "ok" },
      { name: name(bad), status: "failed", error: "RangeError: no further" },
    ]);
    expect(readFileSync(path.join(out, "index.html"), "utf8")).toContain("1 did not run to the end");
    const executed = JSON.parse(readFileSync(path.join(out, `${name(good)}.ipynb`), "utf8"));
    expect(executed.cells[2].metadata.execution["shell.execute_reply"]).toMatch(/^\d{4}-/);
  });

  it.each([
    ["SIGINT", 130],
    ["SIGTERM", 143],
  ] as const)(
    "stopped by %s writes the page of what ran, the index over it, and ends with %i",
    async (signal, code) => {
      const endless = writeCells(
        folder,
        "console.log('so far')",
        "await new Promise(() => setInterval(() => {}, 1000))",
      );
      const stopped = path.join(folder, signal);
      const child = spawn(process.execPath, [script, endless, "--out", stopped], { cwd: folder });
      let said = "";
      child.stderr.setEncoding("utf8").on("data", (more: string) => {
        said += more;
        if (/cell 1 .*ok/.test(more)) setTimeout(() => child.kill(signal), 300);
      });
      const [[status], stdout] = await Promise.all([once(child, "exit"), text(child.stdout)]);
      expect(said).toContain("stopping: the pages are written with what there is");
      expect(status, said).toBe(code);
      expect(stdout).toMatch(/stopped/);
      expect(readFileSync(path.join(stopped, `${name(endless)}.html`), "utf8")).toContain("so far");
      expect(readFileSync(path.join(stopped, "index.html"), "utf8")).toContain(name(endless));
    },
  );

  it("resumes with the same wishes, keeps what has not changed and says so on the page, and executes it when forced", async () => {
    const resumed = await reports("--resume", "--out", out);
    expect(resumed.status).toBe(1);
    expect(resumed.stderr).toMatch(new RegExp(`${name(good)} {2}unchanged since it ran on .*: outputs kept`));
    expect(resumed.stderr).toMatch(/is executed, because it did not get past cell 2, and the session .* is gone/);
    expect(page(good)).toContain("No cell of this page was executed by the last run");
    const again = await reports(good, "--out", out, "--preset", "smoke");
    expect(again).toMatchObject({ status: 0, stderr: expect.stringMatching(/outputs kept/) });
    const forced = await reports(good, "--out", out, "--preset", "smoke", "--force");
    expect(forced).toMatchObject({ status: 0, stderr: expect.not.stringMatching(/outputs kept/) });
    expect(page(good)).not.toContain("was executed by the last run");
  });

  it("goes on when nobody reads what it says any more", async () => {
    const child = spawn(process.execPath, [script, good, "--out", path.join(folder, "unread"), "--force"], {
      cwd: folder,
    });
    child.stderr.destroy();
    child.stdout.destroy();
    expect(await once(child, "exit")).toEqual([0, null]);
  });

  it("compares two folders", async () => {
    const other = path.join(folder, "other");
    expect((await reports(good, "--out", other, "--set", "preset=smoke", "--set", "n=2")).status).toBe(0);
    const { status, stdout } = await reports("diff", out, other, "--out", other);
    expect(status).toBe(1);
    expect(stdout).toMatch(new RegExp(`${name(good)} +differs`));
    expect(readFileSync(path.join(other, "diff.html"), "utf8")).toContain("<del>1</del>");
    expect((await reports("diff", out, out, "--out", other)).status).toBe(0);
  });

  it.each([
    [["--preset", "tiny", good], /parameter preset does not fit.*"tiny"/],
    [["--set", "sed=1", good], /no parameter sed/],
    [["--jobs", "0", good], /--jobs expects a whole number above 0/],
    [["--resume", good], /resume takes notebooks and parameters from/],
    [["--resume", "--out", "nowhere"], /nothing was/],
    [["--trust", "x", good], /trust expects the name of a chosen notebook/],
    [["nothing-like-it"], /There is nothing to run|There is no notebook/],
    [["--no-such-option"], /unknown option/],
    [["diff", "a"], /two folders/],
    [["diff", "a", "b", "--tolerance", "x"], /--tolerance expects/],
  ])("refuses %j with exit code 2, before anything runs", async (args, message) => {
    const { status, stderr } = await reports(
      ...args,
      ...(args.includes("--out") ? [] : ["--out", path.join(folder, "none")]),
    );
    expect(stderr).toMatch(message);
    expect(status).toBe(2);
    expect(existsSync(path.join(folder, "none", "summary.json"))).toBe(false);
  });
});
