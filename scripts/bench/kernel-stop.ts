import { mkdirSync, readdirSync, symlinkSync } from "node:fs";
import path from "node:path";
import { startKernel } from "njepa/jupyter";
import { cacheFolder } from "njepa/system";
import { type Row, row } from "./measure";

const training = `import * as njepa from "njepa";
await njepa.ready();
const run = njepa.parseRun({ preset: "demo", train: { compiler: "xla" } });
const data = await njepa.openDataset(run.data);
const state = njepa.createTrainState(run);`;

/** Seconds from an interrupt, while a model is compiled, until the next cell has answered: no other kernel trains. */
export async function stopWhileCompiling(folder: string, rounds: number, startTimeout: number): Promise<Row> {
  const seconds: number[] = [];
  for (let round = 0; round < rounds; round++) {
    const env = { XDG_CACHE_HOME: cacheWithoutPrograms(path.join(folder, `cache-${round}`)) };
    const kernel = await startKernel({ startTimeout, env });
    try {
      await kernel.execute(training, { timeout: 300 });
      let asked = 0;
      const { status } = await kernel.execute("await njepa.watch(njepa.train(state, data))", {
        timeout: 300,
        onOutput({ content }) {
          const text = (content.data as Record<string, string> | undefined)?.["text/plain"] ?? "";
          if (asked > 0 || !text.startsWith("compiling")) return;
          asked = performance.now();
          kernel.interrupt();
        },
      });
      const next = await kernel.execute("state.records.length");
      const isStopped = asked > 0 && status === "error" && next.status === "ok";
      seconds.push(isStopped ? (performance.now() - asked) / 1000 : Number.NaN);
    } finally {
      await kernel.kill();
    }
  }
  const middle = seconds.sort((a, b) => a - b)[seconds.length >> 1];
  const ours = middle !== undefined && Number.isFinite(middle) ? middle : null;
  const what = "stop while compiling, until the next cell's value";
  return row({ what, ours, peer: 1, peerName: "goal", unit: "s", better: "less" });
}

/** A cache folder with everything that ours has, except for compiled programs. */
function cacheWithoutPrograms(folder: string): string {
  mkdirSync(path.join(folder, "njepa"), { recursive: true });
  for (const name of readdirSync(cacheFolder()))
    if (name !== "xla") symlinkSync(cacheFolder(name), path.join(folder, "njepa", name));
  return folder;
}
