/**
 * One task of a Slurm array: the job at its index. Exit 0 done or back in the queue, 1 failed, 143 stopped by SIGTERM.
 */
import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";
import { stopSignal } from "../../system";
import { visibleGpus } from "../execute/devices";
import { type JobEnd, runJob } from "../execute/run-job";
import { openStore } from "../store/store";
import type { SlurmManifest } from "./slurm-plan";

const BUSY_SECONDS = 5;
const TELL_SECONDS = 30;

async function main(): Promise<number> {
  const manifest = JSON.parse(readFileSync(process.argv[2] as string, "utf8")) as SlurmManifest;
  const index = Number(process.env.SLURM_ARRAY_TASK_ID);
  const job = manifest.jobs[index];
  if (!job)
    throw new Error(
      `SLURM_ARRAY_TASK_ID is ${process.env.SLURM_ARRAY_TASK_ID}: expected 0 to ${manifest.jobs.length - 1}`,
    );
  // SIGTERM: preempted, requeued or cancelled; Slurm decides what is next. USR1: the time limit is near; we requeue.
  const stop = stopSignal(["SIGTERM", "SIGUSR1"]);
  const threads = job.threads ?? (visibleGpus().length > 0 ? undefined : 1);
  if (threads !== undefined) process.env.TF_NUM_INTRAOP_THREADS = String(threads);
  say(`job ${index} of ${manifest.jobs.length}, restart ${process.env.SLURM_RESTART_COUNT ?? 0}`);
  const end = await untilOurs(() =>
    runJob(job, openStore(manifest.store), { signal: stop.signal, ...every(manifest), onProgress: teller() }),
  );
  say(end.end === "failed" ? `failed: ${end.message}` : end.end);
  if (end.end === "failed") return 1;
  if (end.end !== "stopped") return 0;
  return stop.received === "SIGUSR1" ? requeue() : 143;
}

/** Waits while another executor has the job: its result is as good as ours, and if it dies the job is ours. */
async function untilOurs(run: () => Promise<JobEnd>): Promise<JobEnd> {
  for (;;) {
    const end = await run();
    if (end.end !== "busy") return end;
    say(`waiting for process ${end.holder.pid} on ${end.holder.host}`);
    await sleep(1000 * BUSY_SECONDS);
  }
}

function requeue(): number {
  const id = process.env.SLURM_JOB_ID as string;
  const answer = spawnSync("scontrol", ["requeue", id], { encoding: "utf8" });
  if (answer.status === 0) return 0;
  say(
    `scontrol requeue ${id} failed: ${answer.stderr ?? answer.error?.message}; submit again to go on from the checkpoint`,
  );
  return 1;
}

function teller() {
  let told = 0;
  return ({ part, text }: { part: string; text: string }) => {
    if (Date.now() - told < 1000 * TELL_SECONDS) return;
    told = Date.now();
    say(`${part}: ${text}`);
  };
}

function every({ checkpointEvery }: SlurmManifest) {
  return checkpointEvery === undefined ? {} : { checkpointEvery };
}

function say(line: string): void {
  process.stdout.write(`${new Date().toISOString()} ${line}\n`);
}

main().then(
  (code) => process.exit(code),
  (error) => {
    console.error(error);
    process.exit(1);
  },
);
