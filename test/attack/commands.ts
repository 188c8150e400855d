import { spawnSync } from "node:child_process";
import { chmodSync, mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { type Attack, slowness } from "./attack";
import { ended, library, node, runs, scripts, textOf, until } from "./processes";
import { notebookOf } from "./reports";

const running = `require(process.argv[1] + "/system").runCommand("sh", ["-c", "echo $$ > " + process.argv[2] + "; exec sleep 300"])`;

export const orphans: Attack = {
  kind: "fetch: killed while pip or apt runs",
  async run({ folder, random, tries }, tally) {
    for (let kill = 0; kill < tries(2, 4, 12); kill++) {
      const file = join(folder, `pid-${kill}`);
      const signal = (["SIGKILL", "SIGTERM", "SIGINT", "SIGHUP"] as const)[kill % 4] as NodeJS.Signals;
      await tally.attempt(signal, 30, async () => {
        const child = node(["-e", running, library, file], { cwd: folder });
        if (!(await until(() => textOf(file).trim() !== "", 20))) return "it did not start";
        setTimeout(() => child.kill(signal), random.int(0, 200));
        await ended(child);
        return (await until(() => !runs(Number(textOf(file))), 2)) ? undefined : "the program goes on";
      });
    }
  },
};

const words = [
  "__proto__.x=1",
  "constructor.prototype.x=1",
  "a.__proto__.x=1",
  '__proto__={"x":1}',
  "=1",
  ".=1",
  "a..b=1",
];

export const hostileSettings: Attack = {
  kind: "--set: words that are no settings",
  async run({ folder, tries }, tally) {
    for (const word of words.slice(0, tries(2, 4, words.length))) {
      const watching = `process.on("exit", () => { if (({}).x !== undefined) process.exitCode = 99; });`;
      await tally.attempt(word, 60, async () => {
        const preload = join(folder, "watch.cjs");
        writeFileSync(preload, watching);
        const args = ["--require", preload, join(scripts, "train.js"), "--set", word, "--out", join(folder, "run")];
        const { code, signal, said } = await ended(node(args, { cwd: folder }));
        return code === 2 && !/\n {4}at /.test(said) ? undefined : `exit ${code ?? signal}: ${said.slice(-300)}`;
      });
    }
  },
};

/** A disk of 64 kB, a folder that takes nothing, another user: a command says so, and ends. */
export const disks: Attack = {
  kind: "reports: full disks, read-only folders, another user",
  async run({ folder, form }, tally) {
    if (process.getuid?.() !== 0) return;
    const notebook = join(folder, "n.ipynb");
    writeFileSync(notebook, notebookOf("'x'.repeat(200_000)"));
    chmodSync(folder, 0o755);
    const reports = (out: string) => [join(scripts, "reports.js"), notebook, "--out", out];
    const full = join(folder, "full");
    mkdirSync(full);
    const mount = (options: string) => spawnSync("mount", ["-t", "tmpfs", "-o", options, "tmpfs", full]).status === 0;
    for (const options of form === "small" ? [] : ["size=64k", "size=64k,ro"]) {
      if (!mount(options)) continue;
      await tally.attempt(`tmpfs ${options}`, 90, async () => {
        const { code, signal, said } = await ended(node(reports(full), { cwd: folder }));
        return code === 1 && /disk is full|cannot be written/.test(said)
          ? undefined
          : `exit ${code ?? signal}: ${said.slice(-500)}`;
      });
      spawnSync("umount", [full]);
    }
    const closed = join(folder, "closed");
    mkdirSync(closed);
    chmodSync(closed, 0o755);
    await tally.attempt("another user", 90, async () => {
      const as = ["--reuid", "65534", "--regid", "65534", "--clear-groups", process.execPath, ...reports(closed)];
      const { status, stdout, stderr } = spawnSync("setpriv", as, {
        encoding: "utf8",
        timeout: Math.ceil(60_000 * slowness()),
        cwd: folder,
      });
      const said = stdout + stderr;
      return status === 1 && /there is no permission/.test(said) ? undefined : `exit ${status}: ${said.slice(-500)}`;
    });
  },
};
