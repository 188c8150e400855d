import { hostname } from "node:os";
import type { Dataset } from "../../data";
import { ready } from "../../engine";
import { evaluationVersion } from "../../evaluate";
import { checkout, ifUnlocked, type LockHolder, processor } from "../../system";
import { createTrainState, loadMarked, type RunRecord, type TrainState, trainingSeconds, trainRun } from "../../train";
import { type Job, jobKey, libraryVersion } from "../job";
import { missingEvaluations, type RunStore } from "../store/store";
import { dataset } from "../study-data";
import { encoderHealth } from "./encoder-health";
import { engineFacts } from "./engine-facts";
import { evaluateCells } from "./evaluate-cell";

/** How a job ended: `busy` when another executor works on it. */
export type JobEnd =
  | { end: "done" }
  | { end: "stopped" }
  | { end: "busy"; holder: LockHolder }
  | { end: "failed"; message: string };

/** Progress of a job. */
export interface JobProgress {
  part: "training" | "evaluating";
  /** Share of the training done; 1 while evaluating. */
  share: number;
  text: string;
}

export interface JobOptions {
  /** On abort, the job saves a checkpoint and ends with `stopped`. */
  signal?: AbortSignal;
  onProgress?: (progress: JobProgress) => void;
  /** Steps between checkpoints of the training. */
  checkpointEvery?: number;
}

/**
 * Trains and evaluates whatever one job still lacks, and writes each result as soon as it is there.
 *
 * It always looks for results and checkpoints first; of two processes one works and the other gets `busy`. An error
 * becomes `failed`, with its message kept in the store.
 */
export async function runJob(job: Job, store: RunStore, options: JobOptions = {}): Promise<JobEnd> {
  let key: string | null = null;
  try {
    const data = await dataset(job);
    key = jobKey(job, data.fingerprint);
    const stored = await store.results(key);
    if (missingEvaluations(job.evaluations, stored).length === 0) return { end: "done" };
    const held = await ifUnlocked(store.lockFile(key), () => work(job, key as string, data, store, options));
    return held.done ? held.result : { end: "busy", holder: held.holder };
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    const failure = { message, host: hostname(), when: new Date().toISOString() };
    if (key !== null) await store.writeFailure(key, failure);
    return { end: "failed", message };
  }
}

async function work(job: Job, key: string, data: Dataset, store: RunStore, options: JobOptions): Promise<JobEnd> {
  // Another executor may have finished between our look and our lock.
  const missing = missingEvaluations(job.evaluations, await store.results(key));
  if (missing.length === 0) return { end: "done" };
  const marks = [...new Set(missing.map(({ at }) => at))];
  const engine = await ready();
  const tell = (part: JobProgress["part"], share: number, text: string) => options.onProgress?.({ part, share, text });
  const trained = await encoder(job, key, data, store, options, tell);
  if (trained === "stopped") return { end: "stopped" };
  // Of every process that had a part in it, this one or not.
  const trainSeconds = job.source === "trained" ? await trainingSeconds(store.trainingFolder(key)) : 0;
  try {
    const onProgress = (line: string) => tell("evaluating", 1, line);
    const { run, source } = job;
    const shared = { format: 1 as const, library: libraryVersion, key, source, run };
    const about = { ...shared, data: data.fingerprint };
    const made = {
      host: hostname(),
      processor: processor(),
      node: process.versions.node,
      ...engineFacts(engine),
      trainSeconds,
      ...(await checkout()),
    };
    for (const at of marks) {
      const earlier = at === undefined ? null : await loadMarked(store.trainingFolder(key), at, run, data);
      const state = earlier ?? trained.state;
      try {
        const health = job.source === "raw-pixels" ? null : await encoderHealth(state, data);
        const finalLoss = trained.records[state.step - 1]?.loss ?? null;
        const wanted = missing.filter((evaluation) => evaluation.at === at);
        const evaluated = evaluateCells(state, data, wanted, { ...options, onProgress });
        for await (const [evaluation, { seconds, right, ...found }] of evaluated) {
          const when = { finished: new Date().toISOString(), steps: state.step, evaluateSeconds: seconds, finalLoss };
          const version = { evaluationVersion: evaluationVersion(evaluation.protocol) };
          await store.write({
            ...about,
            ...version,
            evaluation,
            ...found,
            right: [...right],
            made: { ...made, ...when },
            health,
          });
        }
      } finally {
        earlier?.dispose();
      }
    }
  } catch (error) {
    if (options.signal?.aborted) return { end: "stopped" };
    throw error;
  } finally {
    if (job.source === "trained") park(trained.state);
    else trained.state.dispose();
  }
  await store.writeFailure(key, null);
  return { end: "done" };
}

async function encoder(
  job: Job,
  key: string,
  data: Dataset,
  store: RunStore,
  options: JobOptions,
  tell: (part: JobProgress["part"], share: number, text: string) => void,
): Promise<{ state: TrainState; records: RunRecord[] } | "stopped"> {
  if (job.source !== "trained") return { state: createTrainState(job.run), records: [] };
  const { signal, checkpointEvery } = options;
  const used = parked;
  parked = null;
  const { state, finished, records } = await trainRun(store.trainingFolder(key), job.run, {
    data,
    ...(used ? { reuseProgramOf: used } : {}),
    ...(signal ? { signal } : {}),
    ...(checkpointEvery ? { checkpointEvery } : {}),
    onRecord: ({ step, steps, imagesPerSecond }) =>
      tell("training", step / steps, `step ${step} of ${steps}, ${imagesPerSecond.toFixed(0)} images/s`),
  });
  if (finished) return { state, records };
  state.dispose();
  return "stopped";
}

/** State of the previous job: if the next differs only in its seed, it reuses the compiled step. */
let parked: TrainState | null = null;

function park(state: TrainState): void {
  parked?.dispose();
  parked = state;
}
