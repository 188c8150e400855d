import { type ChildProcess, fork } from "node:child_process";
import { availableParallelism, hostname } from "node:os";
import { setTimeout as sleep } from "node:timers/promises";
import { StudyError } from "../../errors";
import { compiledFile } from "../../system";
import { type Job, jobKey } from "../job";
import type { RunStore } from "../store/store";
import { dataset } from "../study-data";
import { defaultWorkers, visibleGpus } from "./devices";
import type { JobEnd, JobProgress } from "./run-job";
import type { WorkerNews, WorkerOrder } from "./worker";

/** Event while jobs run; `job` is the index into the list given. */
export type ExecutorEvent =
  | { kind: "started"; job: number; worker: number }
  | { kind: "progress"; job: number; worker: number; progress: JobProgress }
  | { kind: "ended"; job: number; worker: number; end: JobEnd; seconds: number };

export interface LocalOptions {
  /** Concurrent jobs; default: one per GPU, else one per core as far as memory allows. */
  workers?: number;
  /** GPUs assigned to workers in turn, as CUDA_VISIBLE_DEVICES names them; default: all visible to this process. */
  gpus?: readonly string[];
  checkpointEvery?: number;
  /** On abort, running jobs save a checkpoint and stop, and no other starts. */
  signal?: AbortSignal;
  onEvent?: (event: ExecutorEvent) => void;
}

const workerFile = compiledFile("study", "execute", "worker.js");

/**
 * Runs jobs in child processes on this machine, each worker one after another, so that TensorFlow starts once per
 * worker.
 *
 * A job's number of threads is its own, whichever jobs remain and however many run at a time.
 *
 * A job that fails, or whose process dies, does not stop the others. A job taken by another executor is waited for.
 *
 * @returns one end per job, in the order given; `stopped` for jobs that the signal prevented or cut short
 */
export async function runLocally(jobs: readonly Job[], store: RunStore, options: LocalOptions = {}): Promise<JobEnd[]> {
  const { signal, onEvent, gpus = visibleGpus() } = options;
  const workers = options.workers ?? defaultWorkers(gpus);
  const count = Math.max(1, Math.min(workers, jobs.length));
  // With a GPU, threads only feed it; on a CPU they are part of the arithmetic.
  const unasked = gpus.length > 0 ? Math.max(1, Math.floor(availableParallelism() / workers)) : 1;
  const ends: JobEnd[] = jobs.map(() => ({ end: "stopped" }));
  const waiting = jobs.map((_, index) => index);

  const work = async (number: number): Promise<void> => {
    let worker: Worker | null = null;
    try {
      for (let index = waiting.shift(); index !== undefined && !signal?.aborted; index = waiting.shift()) {
        const job = jobs[index] as Job;
        const at = { job: index, worker: number };
        const began = performance.now();
        const threads = job.threads ?? unasked;
        if (worker !== null && worker.threads !== threads) {
          worker.close();
          worker = null;
        }
        worker ??= startWorker(threads, workerEnvironment(number, threads, gpus));
        onEvent?.({ kind: "started", ...at });
        const order = {
          job,
          store: store.folder,
          published: store.published,
          ...(options.checkpointEvery ? { checkpointEvery: options.checkpointEvery } : {}),
        };
        const end = await worker.run(order, signal, (progress) => onEvent?.({ kind: "progress", ...at, progress }));
        onEvent?.({ kind: "ended", ...at, end, seconds: (performance.now() - began) / 1000 });
        ends[index] = end;
        if (!worker.alive()) {
          worker = null;
          // A dead process could not record its failure in the store.
          if (end.end === "failed") await tellStore(job, store, end.message);
        }
        if (end.end === "busy") {
          waiting.push(index);
          await sleep(waiting.length === 1 ? 1000 : 50, undefined, signal ? { signal } : {}).catch(() => {});
        }
      }
    } finally {
      worker?.close();
    }
  };
  await Promise.all(Array.from({ length: count }, (_, number) => work(number)));
  return ends;
}

async function tellStore(job: Job, store: RunStore, message: string): Promise<void> {
  const { fingerprint } = await dataset(job);
  const when = new Date().toISOString();
  await store.writeFailure(jobKey(job, fingerprint), { message, host: hostname(), when });
}

interface Worker {
  threads: number;
  run(order: WorkerOrder, signal: AbortSignal | undefined, tell: (progress: JobProgress) => void): Promise<JobEnd>;
  alive(): boolean;
  close(): void;
}

function startWorker(threads: number, env: NodeJS.ProcessEnv): Worker {
  const child: ChildProcess = fork(workerFile, [], { env, stdio: ["ignore", "ignore", "pipe", "ipc"] });
  let said = "";
  child.stderr?.setEncoding("utf8").on("data", (text: string) => {
    said = (said + text).slice(-2000);
  });
  let alive = true;
  const gone = new Promise<JobEnd>((resolve) => {
    const end = (how: string) => {
      alive = false;
      // TensorFlow's own log lines say nothing about how it ended.
      const lines = said
        .split("\n")
        .filter((line) => line.trim() !== "" && !/^(WARNING: All log|[IW]\d{4} )/.test(line));
      const words = lines.slice(-3).join("\n");
      resolve({ end: "failed", message: `the process of the cell ${how}${words ? `: ${words}` : ""}` });
    };
    child.on("error", (error) => end(`could not be started (${error.message})`));
    child.on("exit", (code, signal) => end(signal ? `was ended by ${signal}` : `ended with code ${code}`));
  });
  return {
    threads,
    alive: () => alive,
    close: () => {
      if (child.connected) child.disconnect();
    },
    run(order, signal, tell) {
      if (!alive) throw new StudyError("The worker process is gone.");
      const ended = new Promise<JobEnd>((resolve) => {
        const hear = (news: WorkerNews) => {
          if ("progress" in news) return tell(news.progress);
          child.off("message", hear);
          resolve(news.end);
        };
        child.on("message", hear);
      });
      const stop = () => child.connected && child.send({ stop: true } satisfies WorkerOrder);
      signal?.addEventListener("abort", stop, { once: true });
      child.send(order);
      return Promise.race([ended, gone]).finally(() => signal?.removeEventListener("abort", stop));
    },
  };
}

function workerEnvironment(number: number, threads: number, gpus: readonly string[]): NodeJS.ProcessEnv {
  const gpu = gpus.length > 1 ? gpus[number % gpus.length] : undefined;
  return {
    ...process.env,
    TF_NUM_INTRAOP_THREADS: String(threads),
    TF_CPP_MIN_LOG_LEVEL: process.env.TF_CPP_MIN_LOG_LEVEL ?? "2",
    ...(gpu === undefined ? {} : { CUDA_VISIBLE_DEVICES: gpu }),
  };
}
