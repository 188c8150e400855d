/** A table's training runs through the local executor, against the same runs without one. */
import { spawn } from "node:child_process";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { availableParallelism, tmpdir } from "node:os";
import path from "node:path";
import { type JobEnd, openStore, openStudy, runLocally } from "njepa/study";
import { type Benchmark, row, takeTurns } from "./measure";
import { endWithUs } from "./peer";

const TABLE = "table-5a";

export const benchmark: Benchmark = async ({ rounds }) => {
  const folder = await mkdtemp(path.join(tmpdir(), "njepa-bench-study-"));
  const { jobs } = openStudy(TABLE, { preset: "smoke" });
  const cores = availableParallelism();
  let turn = 0;
  const fresh = () => path.join(folder, String(turn++));
  const executor = async (workers: number) => {
    const store = fresh();
    const threads = Math.max(1, Math.floor(cores / workers));
    const asked = jobs.map((job) => ({ ...job, threads }));
    const ends = await runLocally(asked, openStore(store), { workers });
    requireDone(ends);
    await rm(store, { recursive: true });
  };
  const file = path.join(folder, "jobs.json");
  await writeFile(file, JSON.stringify(jobs));
  try {
    const seconds = await takeTurns(
      {
        one: () => executor(1),
        two: () => executor(2),
        direct: async () => {
          const store = fresh();
          await direct(file, store, cores);
          await rm(store, { recursive: true });
        },
      },
      { rounds, warmups: 0 },
    );
    const perHour = (value: number) => (3600 * jobs.length) / value;
    const what = `${jobs.length} trainings of ${TABLE}, preset smoke`;
    return [
      row({
        what: `${what}, one at a time`,
        ours: seconds.one,
        peer: seconds.direct,
        peerName: "a loop over them in one process, without executor",
        unit: "s",
        better: "less",
      }),
      row({
        what: `${what}, two at once, a thread each`,
        ours: perHour(seconds.two),
        peer: perHour(seconds.one),
        peerName: `one after the other, ${cores} threads`,
        unit: "cells/hour",
        better: "more",
      }),
    ];
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
};

function requireDone(ends: readonly JobEnd[]): void {
  const failed = ends.find(({ end }) => end !== "done");
  if (failed) throw new Error(`a training did not end well: ${JSON.stringify(failed)}`);
}

/** The jobs in one child process, with the threads that the executor gives a single worker. */
function direct(file: string, store: string, threads: number): Promise<void> {
  const env = { ...process.env, TF_NUM_INTRAOP_THREADS: String(threads), TF_CPP_MIN_LOG_LEVEL: "2" };
  const child = spawn(process.execPath, [path.join(__dirname, "study-direct.js"), file, store], {
    env,
    stdio: "ignore",
  });
  endWithUs(child);
  return new Promise((resolve, reject) => {
    child.on("error", reject);
    child.on("exit", (code) => (code === 0 ? resolve() : reject(new Error(`the loop ended with code ${code}`))));
  });
}
