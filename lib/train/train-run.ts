import { hostname } from "node:os";
import { join } from "node:path";
import type { Run } from "../config";
import { type Dataset, openDataset } from "../data";
import { type TakenPrograms, takePrograms } from "../engine";
import { CheckpointError, TrainError } from "../errors";
import { withInterrupts } from "../interruption";
import { invocation, makeFolder, type OnProgress, withLock } from "../system";
import { loadStep, recordsOf, saveCheckpoint } from "./checkpoint";
import { isSaveDue, keptSteps } from "./checkpoint-retention";
import { train } from "./loop";
import { cutRecords, hashRecords, openAppend, type RunRecord, readRecords, recordedSteps } from "./records";
import { reuseProgram } from "./reuse-program";
import {
  checkpointPath,
  claimFolder,
  FILES,
  markFinished,
  readFinished,
  removeCheckpoint,
  savedSteps,
  setAside,
} from "./run-folder";
import { type RunLength, runLength } from "./run-length";
import { carryStep, requireSameBits } from "./same-bits";
import { createTrainState, type TrainState } from "./state";
import type { TrainRecord } from "./train-record";

export interface TrainRunOptions {
  /** Default: what the run's `data` names. */
  data?: Dataset;
  /** Stops after the current step and saves a checkpoint. */
  signal?: AbortSignal;
  /** Called after each step that this call takes. */
  onRecord?: (record: TrainRecord) => void;
  /** Called with a line about each wait and anything the user should know. */
  onProgress?: OnProgress;
  /** Refuse to resume if the last bits would differ from one unbroken call; otherwise only reported. Default false. */
  deterministic?: boolean;
  /** A state no longer needed: its compiled step is reused if the runs differ only in the seed. */
  reuseProgramOf?: TrainState;
  /** Steps between two checkpoints; default: `train.checkpoint.everySteps` of the run. */
  checkpointEvery?: number;
}

/** The result of `trainRun`; the caller disposes the state. */
export interface TrainedRun {
  state: TrainState;
  /** False if the signal stopped it: call again with the same folder to continue. */
  finished: boolean;
  /** Of every step so far, including those of earlier calls. */
  records: RunRecord[];
  /** The run's key in its folder. */
  key: string;
  /** The newest checkpoint; null if it was stopped before the first step. */
  checkpoint: string | null;
}

/**
 * Trains a run to its end in its own folder, starting from the newest intact checkpoint there.
 *
 * However an earlier call ended (normally, by a signal, or killed during a write), the resulting weights and records
 * are bit-identical to those of one uninterrupted call if device, libraries and driver are the same (`arithmetic`); if
 * they are not, a line says so. Of two calls on one folder, the second waits; a signal that aborts it throws its reason.
 * A finished run is loaded and not trained again.
 *
 * @throws {ConfigError} when the folder belongs to another run
 * @throws {CheckpointError} when there are checkpoints but none can be read
 * @throws {TrainError} when a step is not finite; the last good state is saved, and the message says where
 */
export async function trainRun(folder: string, run: Run, options: TrainRunOptions = {}): Promise<TrainedRun> {
  const { onProgress, signal } = options;
  await makeFolder(folder);
  const what = `another process that trains in ${folder}`;
  return withLock(join(folder, FILES.lock), { what, onProgress, signal }, async () => {
    const data = options.data ?? (await openDataset(run.data, onProgress ? { onProgress } : {}));
    if (data.skipped > 0) {
      onProgress?.(
        `${data.skipped} broken images of "${data.name}" are left out; "${invocation("data", "inspect")}" names them`,
      );
    }
    const { key } = await claimFolder(folder, data.fingerprint, run);
    const newest = await newestState(folder, run, takePrograms(join(folder, FILES.programs)), options);
    const state = options.reuseProgramOf ? reuseProgram(options.reuseProgramOf, newest) : newest;
    try {
      // On an interrupt, the state is saved before the cell ends.
      const goOn = () => withInterrupts(() => trainOn(state, key, folder, data, options));
      // What the mark says is not taken for granted: with fewer steps than the run has, it was changed.
      const { steps } = runLength(data.split("train"), run);
      const marked = await readFinished(folder);
      const finished = (marked?.key === key && marked.step === steps && state.step === steps) || (await goOn());
      const records = await readRecords(folder);
      const checkpoint = state.step === 0 ? null : checkpointPath(folder, state.step);
      return { state, finished, records, key, checkpoint };
    } catch (error) {
      state.dispose();
      throw error;
    }
  });
}

/** The state of the newest readable checkpoint, with the records truncated to it; a fresh state if there is none. */
async function newestState(
  folder: string,
  run: Run,
  programs: TakenPrograms,
  options: Pick<TrainRunOptions, "onProgress" | "deterministic">,
): Promise<TrainState> {
  const { onProgress } = options;
  const saved = await savedSteps(folder);
  const recorded = await recordedSteps(folder);
  const problems: string[] = [];
  for (const step of saved) {
    try {
      if (step > recorded) throw new CheckpointError(`${FILES.records} ends at step ${recorded}, before step ${step}.`);
      const state = await loadWhole(folder, step, run);
      await requireSameBits(checkpointPath(folder, step), programs, options).catch((error) => {
        state.dispose();
        throw error;
      });
      await cutRecords(folder, step);
      // Otherwise they would count among the newest, which are kept.
      for (const newer of saved.filter((other) => other > step)) await setAside(folder, newer);
      return state;
    } catch (error) {
      if (!(error instanceof CheckpointError)) throw error;
      problems.push(error.message);
      onProgress?.(`checkpoint ${step} is passed over: ${error.message}`);
    }
  }
  if (problems.length > 0) {
    throw new CheckpointError(
      `${folder} has ${saved.length} checkpoints and none can be gone on from; restore one, or empty the folder to start ` +
        `anew.\n  ${problems.join("\n  ")}`,
    );
  }
  await cutRecords(folder, 0);
  return createTrainState(run);
}

/** The checkpoint of a step in the folder, verified against its name and the records that it was saved with. */
async function loadWhole(folder: string, step: number, run: Run): Promise<TrainState> {
  const path = checkpointPath(folder, step);
  const records = (await hashRecords(folder, step)).digest("hex");
  if ((await recordsOf(path)) !== records) {
    throw new CheckpointError(`${FILES.records} up to step ${step} is not what ${path} was saved with.`);
  }
  return loadStep(path, step, run);
}

/** Takes the remaining steps; returns whether it reached the end. */
async function trainOn(
  state: TrainState,
  key: string,
  folder: string,
  data: Dataset,
  options: TrainRunOptions,
): Promise<boolean> {
  const { run } = state;
  const length = runLength(data.split("train"), run);
  const rule = { ...run.train.checkpoint, ...(options.checkpointEvery && { everySteps: options.checkpointEvery }) };
  const hash = await hashRecords(folder, state.step);
  const records = await openAppend(join(folder, FILES.records));
  const sessions = await openAppend(join(folder, FILES.sessions));
  const where = { time: new Date().toISOString(), host: hostname(), pid: process.pid, node: process.version };
  await sessions.line({ event: "start", step: state.step, ...where, imagesSkipped: data.skipped });
  let savedAt = performance.now();
  let saved = state.step;
  let imagesPerSecond = 0;
  let toldUnkept = false;
  const save = async () => {
    if (state.step === saved) return;
    // The records of a checkpoint's steps are on disk before the checkpoint is.
    await records.sync();
    const unkept = carryStep(state.compiled, join(folder, FILES.programs));
    if (unkept > 0 && !toldUnkept) options.onProgress?.(unkeptPrograms(unkept, folder));
    toldUnkept ||= unkept > 0;
    await saveCheckpoint(state, checkpointPath(folder, state.step), { records: hash.copy().digest("hex") });
    saved = state.step;
    savedAt = performance.now();
    await sweep(folder, length, rule);
  };
  const end = (reason: string) =>
    sessions.line({ event: "end", step: state.step, reason, time: new Date().toISOString(), imagesPerSecond });
  try {
    for await (const record of train(state, data, options)) {
      imagesPerSecond = record.imagesPerSecond;
      hash.update(await records.line(lineOf(record)));
      options.onRecord?.(record);
      const waited = (performance.now() - savedAt) / 1000;
      if (isSaveDue(record.step, length, rule) || waited >= rule.everySeconds) await save();
    }
    await save();
    const finished = state.step === length.steps;
    if (finished) await markFinished(folder, { key, step: state.step });
    await end(finished ? "finished" : "stopped");
    return finished;
  } catch (error) {
    await save();
    await end(`failed: ${(error as Error).message}`);
    if (!(error instanceof TrainError)) throw error;
    throw new TrainError(`${error.message} The last good state is saved in ${checkpointPath(folder, state.step)}.`, {
      cause: error,
    });
  } finally {
    await records.close();
    await sessions.close();
  }
}

async function sweep(folder: string, length: RunLength, rule: Run["train"]["checkpoint"]): Promise<void> {
  const saved = await savedSteps(folder);
  const kept = keptSteps(saved, length, rule);
  for (const step of saved) {
    if (!kept.has(step)) await removeCheckpoint(folder, step);
  }
}

function lineOf({ steps: _, imagesPerSecond: __, secondsLeft: ___, ...record }: TrainRecord): RunRecord {
  return record;
}

function unkeptPrograms(count: number, folder: string): string {
  return (
    `${count} compiled programs are not kept in ${folder}, since the user's cache keeps none: a later process compiles ` +
    `anew, and its numbers may differ in their last bits from those of one unbroken run`
  );
}
