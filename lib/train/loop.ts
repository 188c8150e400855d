import type { Run } from "../config";
import { batches, type Dataset, type ImageBatch, type Split } from "../data";
import { TrainError } from "../errors";
import { interruptScope } from "../interruption";
import { diagnoseState } from "./diagnostics";
import { type RawInputs, rawParts } from "./inputs";
import { planStep, type StepPlan } from "./plan";
import { type RunLength, runLength } from "./run-length";
import type { TrainState } from "./state";
import { disposeParts, trainStep } from "./step";
import type { TrainRecord } from "./train-record";

export interface TrainOptions {
  /** Stops after the current step; the state stays usable, and training can resume from it. */
  signal?: AbortSignal;
  /** Called before a step with new shapes is compiled, which takes seconds. */
  onProgress?: (line: string) => void;
}

/** A run of millions of steps does not keep all records in memory; `trainRun` writes them to its folder. */
const mostRecords = 10_000;

/**
 * One record per step, while training from wherever the state is to the end of the run.
 *
 * The next batch is read, planned and sent to an accelerator while the current one is computed.
 *
 * @throws {Interrupted} between two steps, when the notebook cell is interrupted; the state is consistent
 * @throws {TrainError} when features collapse and `train.diagnostics.onCollapse` is `stop`; when the loss or a gradient
 *   of a step is not finite: that step is not taken, and the state is the last good one
 */
export async function* train(
  state: TrainState,
  data: Dataset,
  options: TrainOptions = {},
): AsyncGenerator<TrainRecord> {
  const { run } = state;
  const split = data.split("train");
  const length = runLength(split, run);
  const { stepsPerEpoch, steps } = length;
  const planned = plannedBatches(split, { done: state.step, ...length }, run);
  let ready: RawInputs[] = [];
  let following: ReturnType<typeof read> | null = null;
  const read = async () => {
    const { value } = await planned.next();
    if (!value) return null;
    ready = rawParts(value.batch, value.plan, run);
    return { ...value, parts: ready };
  };
  const isDiagnosed = (step: number) => step % (run.train.diagnostics.everySteps ?? stepsPerEpoch) === 0;
  let seconds = 0;
  let counted = 0;
  const interrupts = interruptScope();
  try {
    let next = await read();
    while (next && !options.signal?.aborted) {
      interrupts.signal?.throwIfAborted();
      const { batch, plan, parts } = next;
      ready = [];
      const began = performance.now();
      let compiling = false;
      const onComputing = (isNew: boolean) => {
        compiling ||= isNew;
        if (isNew) options.onProgress?.(`compiling the step for ${plan.masks.contextPatches} context patches`);
        following ??= read();
        // A failed read must not become an unhandled rejection while the step is still running.
        following.catch(() => {});
      };
      const record = await trainStep(state, batch, plan, { parts, onComputing });
      if (!compiling) {
        seconds += (performance.now() - began) / 1000;
        counted++;
      }
      const diagnostics = isDiagnosed(plan.step) ? await diagnoseState(state, split) : null;
      const perStep = counted > 0 ? seconds / counted : 0;
      const told = {
        ...record,
        diagnostics,
        epoch: Math.floor((plan.step - 1) / stepsPerEpoch),
        steps,
        imagesPerSecond: perStep > 0 ? batch.count / perStep : 0,
        secondsLeft: perStep * (steps - plan.step),
      };
      remember(told, state.records);
      yield told;
      if (diagnostics?.collapsed)
        tellCollapse(diagnostics.collapsed, plan.step, { ...options, onCollapse: run.train.diagnostics.onCollapse });
      next = await (following ?? read());
      following = null;
    }
  } finally {
    interrupts.end();
    await Promise.allSettled([following, planned.return(undefined)]);
    disposeParts(ready);
  }
}

/** Stores a record; a step that is taken again replaces its earlier one. */
function remember(record: TrainRecord, records: TrainRecord[]): void {
  while ((records.at(-1)?.step ?? 0) >= record.step) records.pop();
  records.push(record);
  if (records.length >= 2 * mostRecords) records.splice(0, records.length - mostRecords);
}

function tellCollapse(
  why: string,
  step: number,
  { onCollapse, onProgress }: TrainOptions & Pick<Run["train"]["diagnostics"], "onCollapse">,
): void {
  const told = `features collapsed at step ${step}: ${why}`;
  if (onCollapse === "stop") {
    throw new TrainError(`${told}. Stopped, as train.diagnostics.onCollapse asks; the state is that of step ${step}.`);
  }
  onProgress?.(told);
}

async function* plannedBatches(
  split: Split,
  { done, stepsPerEpoch, steps }: RunLength & { done: number },
  run: Run,
): AsyncGenerator<{ batch: ImageBatch; plan: StepPlan }, void> {
  const { batchSize } = run.optimizer;
  const recycle: Uint8Array[] = [];
  let step = done;
  while (step < steps) {
    const epoch = Math.floor(step / stepsPerEpoch);
    const order = {
      batchSize,
      seed: run.seed,
      epoch,
      fromStep: step % stepsPerEpoch,
      crop: run.data.crop,
      recycle,
    };
    for await (const batch of batches(split, order)) {
      step++;
      yield { batch, plan: planStep(batch, { step, stepsPerEpoch }, run) };
      if (step === steps) return;
    }
  }
}
