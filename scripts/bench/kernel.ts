/** Our kernel against plain tslab and Deno's kernel: what a person in a notebook waits for, and memory. */
import { execFileSync, spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { type Kernel, type KernelOptions, startKernel } from "njepa/jupyter";
import { stopWhileCompiling } from "./kernel-stop";
import { type Benchmark, type Row, row, takeTurns } from "./measure";

interface Side {
  name: string;
  options: KernelOptions;
}
type Seconds = Record<string, number>;

const lines = 100_000;
const trivialCells = 20;
const completions = 5;
/** Seconds a start may take: on a busy machine a start is slow, but still counts. */
const startTimeout = 240;

export const benchmark: Benchmark = async ({ rounds, only }) => {
  const folder = mkdtempSync(path.join(tmpdir(), "njepa-bench-"));
  try {
    const sides = [ours(), plainTslab(), ...denoSide(folder)];
    const wants = (what: string) => what.includes(only);
    const rows: Row[] = [];
    const add = (what: string, unit: string, found: Seconds, scale = 1, better: "more" | "less" = "less") => {
      if (!wants(what)) return;
      // Deno checks no types and finds no workspace packages, so it skips what needs njepa.
      const peers = /njepa/.test(what) ? ["plain tslab"] : ["plain tslab", "Deno's kernel"];
      for (const peer of peers) rows.push(compared(what, unit, found, peer, scale, better, sides));
    };
    if (wants("start")) {
      add("start to ready", "s", await starts(sides, rounds));
      add("start to a first cell's value", "s", await starts(sides, rounds, "1 + 1"));
    }
    await withKernels(sides, async (kernels) => {
      if (wants("trivial cell")) add("trivial cell", "ms", await trivial(kernels, rounds), 1000);
      if (wants("resident")) add("resident memory after that", "MiB", resident(kernels), 1 / 1024);
      if (wants("lines")) add(`lines that arrive of ${lines}`, "lines", await printed(kernels), 1, "more");
      if (wants("interrupt")) add("interrupt of `await 0; for (;;) {}`", "s", await interrupts(kernels));
    });
    if (wants("stop while compiling")) rows.push(await stopWhileCompiling(folder, Math.min(rounds, 3), startTimeout));
    const typed = sides.filter(({ name }) => name !== "Deno's kernel");
    if (wants("import")) add("import * as njepa, first cell", "s", await imports(typed, rounds));
    if (wants("completion")) add("completion, njepa imported", "ms", await completion(typed, rounds), 1000);
    return rows;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
};

function ours(): Side {
  return { name: "ours", options: { startTimeout } };
}

function plainTslab(): Side {
  const argv = [process.execPath, require.resolve("tslab/bin/tslab"), "kernel", "--config-path", "{connection_file}"];
  return { name: "plain tslab", options: { argv, startTimeout } };
}

/** Deno from npm, installed in the folder for this run; empty if unavailable. */
function denoSide(folder: string): Side[] {
  const npm = process.platform === "win32" ? "npm.cmd" : "npm";
  const program = path.join(folder, "node_modules", ".bin", "deno");
  spawnSync(npm, ["install", "--no-audit", "--no-fund", "--prefix", folder, "deno@2"], {
    timeout: 180_000,
    cwd: folder,
  });
  const works = existsSync(program) && spawnSync(program, ["--version"], { timeout: 60_000 }).status === 0;
  const argv = [program, "jupyter", "--kernel", "--conn", "{connection_file}"];
  return works ? [{ name: "Deno's kernel", options: { argv, startTimeout } }] : [];
}

function compared(
  what: string,
  unit: string,
  found: Seconds,
  peer: string,
  scale: number,
  better: "more" | "less",
  sides: readonly Side[],
): Row {
  const figure = (name: string) => {
    const value = found[name];
    return value === undefined || !Number.isFinite(value) ? null : value * scale;
  };
  const absent = !sides.some(({ name }) => name === peer);
  const peerName = absent ? `${peer} (absent)` : figure(peer) === null ? `${peer} (does not do it)` : peer;
  return row({ what, ours: figure("ours"), peer: figure(peer), peerName, unit, better });
}

function starts(sides: readonly Side[], rounds: number, code?: string): Promise<Seconds> {
  const turns = sides.map(({ name, options }) => [
    name,
    async () => {
      const began = performance.now();
      const kernel = await startKernel(options);
      if (code !== undefined) await kernel.execute(code);
      const seconds = (performance.now() - began) / 1000;
      await kernel.kill();
      return seconds;
    },
  ]);
  return takeTurns(Object.fromEntries(turns), { rounds });
}

async function withKernels<T>(
  sides: readonly Side[],
  use: (kernels: Record<string, Kernel>) => Promise<T>,
): Promise<T> {
  const kernels: Record<string, Kernel> = {};
  try {
    for (const { name, options } of sides) kernels[name] = await startKernel(options);
    return await use(kernels);
  } finally {
    for (const kernel of Object.values(kernels)) await kernel.kill();
  }
}

function trivial(kernels: Record<string, Kernel>, rounds: number): Promise<Seconds> {
  const turns = Object.entries(kernels).map(([name, kernel]) => [
    name,
    async () => {
      let seconds = 0;
      for (let i = 0; i < trivialCells; i++) seconds += (await kernel.execute(`${i} + 1`)).seconds;
      return seconds / trivialCells;
    },
  ]);
  return takeTurns(Object.fromEntries(turns), { rounds });
}

/** Resident memory in KiB, as reported by ps. */
function resident(kernels: Record<string, Kernel>): Seconds {
  const of = ({ pid }: Kernel) => Number(execFileSync("ps", ["-o", "rss=", "-p", String(pid)], { encoding: "utf8" }));
  return Object.fromEntries(Object.entries(kernels).map(([name, kernel]) => [name, of(kernel)]));
}

async function printed(kernels: Record<string, Kernel>): Promise<Seconds> {
  const counted: Seconds = {};
  for (const [name, kernel] of Object.entries(kernels)) {
    let count = 0;
    await kernel.execute(`for (let i = 0; i < ${lines}; i++) console.log(i)`, {
      timeout: 60,
      onOutput: ({ header, content }) => {
        if (header.msg_type === "stream") count += String(content.text).split("\n").length - 1;
      },
    });
    counted[name] = count;
  }
  return counted;
}

/** Seconds until the cell has ended; missing for a kernel that goes on, which is then killed: so measured last. */
async function interrupts(kernels: Record<string, Kernel>): Promise<Seconds> {
  const seconds: Seconds = {};
  for (const [name, kernel] of Object.entries(kernels)) {
    let asked = 0;
    setTimeout(() => {
      asked = performance.now();
      kernel.interrupt();
    }, 2000);
    const { status } = await kernel.execute("await 0; for (;;) {}", { timeout: 8, grace: 1 });
    if (status === "error") seconds[name] = (performance.now() - asked) / 1000;
  }
  return seconds;
}

function imports(sides: readonly Side[], rounds: number): Promise<Seconds> {
  const turns = sides.map(({ name, options }) => [
    name,
    async () => {
      const kernel = await startKernel(options);
      const { seconds, status } = await kernel.execute('import * as njepa from "njepa"');
      await kernel.kill();
      return status === "ok" ? seconds : Number.NaN;
    },
  ]);
  return takeTurns(Object.fromEntries(turns), { rounds });
}

function completion(sides: readonly Side[], rounds: number): Promise<Seconds> {
  return withKernels(sides, async (kernels) => {
    for (const kernel of Object.values(kernels)) await kernel.execute('import * as njepa from "njepa"');
    const code = "const state = njepa.createTrain";
    const turns = Object.entries(kernels).map(([name, kernel]) => [
      name,
      async () => {
        const began = performance.now();
        for (let i = 0; i < completions; i++)
          await kernel.ask("complete_request", { code, cursor_pos: code.length - i });
        return (performance.now() - began) / 1000 / completions;
      },
    ]);
    return takeTurns(Object.fromEntries(turns), { rounds });
  });
}
