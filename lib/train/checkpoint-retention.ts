import type { CheckpointConfig } from "../config";
import type { RunLength } from "./run-length";

/** The step at a given fraction of a run. */
export function markedStep(mark: number, { steps }: Pick<RunLength, "steps">): number {
  return Math.max(1, Math.round(mark * steps));
}

/** The steps at the config's marks: kept whatever else is deleted. */
function markedSteps(length: RunLength, { keepMarks }: CheckpointConfig): number[] {
  return keepMarks.map((mark) => markedStep(mark, length));
}

/** Whether a checkpoint is due after this step, whatever the clock says. */
export function isSaveDue(step: number, length: RunLength, config: CheckpointConfig): boolean {
  const every = config.everySteps ?? length.stepsPerEpoch;
  return step % every === 0 || step === length.steps || isKept(step, length, config);
}

/**
 * The saved steps to keep: the last one of the run, the newest `keepLast`, one every `keepEveryEpochs` epochs, and the
 * marks.
 */
export function keptSteps(saved: readonly number[], length: RunLength, config: CheckpointConfig): Set<number> {
  const newest = [...saved].sort((a, b) => b - a).slice(0, config.keepLast);
  return new Set([...newest, ...saved.filter((step) => step === length.steps || isKept(step, length, config))]);
}

function isKept(step: number, length: RunLength, config: CheckpointConfig): boolean {
  const span = config.keepEveryEpochs === null ? null : config.keepEveryEpochs * length.stepsPerEpoch;
  return (span !== null && step % span === 0) || markedSteps(length, config).includes(step);
}
