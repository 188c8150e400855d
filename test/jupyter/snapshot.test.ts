import { existsSync, readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import { describe, expect, it } from "vitest";
import { type Kernel, startKernel } from "../../lib/jupyter";
import { until } from "../notebook/notebook";
import { temporaryFolder } from "../temporary-folder";

const cache = temporaryFolder();
/** Those in the cache, whose folder appears with the first. */
function snapshots(): string[] {
  const folder = path.join(cache, "njepa", "compiled");
  return existsSync(folder) ? readdirSync(folder).filter((name) => name.endsWith(".snapshot")) : [];
}

/** Whether the kernel's Node was started from a snapshot, and what its cells printed. */
async function cellsOf(kernel: Kernel): Promise<[fromSnapshot: boolean, ...printed: string[]]> {
  const words = readFileSync(`/proc/${kernel.pid}/cmdline`, "utf8").split("\0");
  const printed: string[] = [];
  for (const cell of cells) {
    let text = "";
    const { failure } = await kernel.execute(cell, {
      onOutput: ({ header, content }) => {
        if (header.msg_type === "stream") text += content.text;
      },
    });
    printed.push(failure === undefined ? text.trim() : failure.evalue);
  }
  return [words.includes("--snapshot-blob"), ...printed];
}

const cells = [
  'import { basename } from "node:path"; console.log(basename("/a/b.c"))',
  'const wrong: number = "text"',
  "const { readFile } = await import('node:fs/promises'); console.log(typeof readFile)",
  'import { Worker } from "node:worker_threads"; const code = "require(\'node:worker_threads\').parentPort.postMessage(7)"; ' +
    'console.log(await new Promise((heard) => new Worker(code, { eval: true }).on("message", heard)))',
  'import { fork } from "node:child_process"; import { writeFileSync } from "node:fs"; writeFileSync("child.cjs", "process.send(8)"); ' +
    'console.log(await new Promise((heard) => fork("child.cjs").on("message", heard).on("exit", heard)))',
];
const printed = ["b.c", "1:7 - Type 'string' is not assignable to type 'number'.", "function", "7", "8"];

// Elsewhere there is no /proc to look into.
const works = process.platform === "linux";

describe.skipIf(!works)("a kernel", () => {
  it("without a snapshot of its compiler makes one, and the next starts from it and runs the same", async () => {
    const env = { XDG_CACHE_HOME: cache };
    const first = await startKernel({ env, cwd: cache });
    try {
      expect(await cellsOf(first)).toEqual([false, ...printed]);
      await until(() => snapshots().length === 1, 120);
    } finally {
      await first.kill();
    }
    const next = await startKernel({ env, cwd: cache });
    try {
      expect(await cellsOf(next)).toEqual([true, ...printed]);
      const answer = await next.ask("inspect_request", { code: "[1].map", cursor_pos: 6, detail_level: 0 });
      expect(JSON.stringify(answer.content)).toContain("Calls a defined callback function on each element of an array");
    } finally {
      await next.kill();
    }
  });
});
