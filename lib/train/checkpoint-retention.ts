import type { CheckpointConfig } from "../config";

/** Where a run stands in steps; what saving and keeping depend on. */
export interface RunLength {
  stepsPerEpoch: number;
  /** Steps of the whole run. */
  steps: number;
}

/** The steps at the config's marks: kept whatever else is thrown away. */
export function markedSteps({ keepMarks }: CheckpointConfig, { steps }: RunLength): number[] {
  return keepMarks.map((mark) => Math.max(1, Math.round(mark * steps)));
}

/** Whether a checkpoint is due after this step, whatever the clock says. */
export function isSaveDue(step: number, config: CheckpointConfig, length: RunLength): boolean {
  const every = config.everySteps ?? length.stepsPerEpoch;
  return step % every === 0 || step === length.steps || isKept(step, config, length);
}

/**
 * Which of the saved steps stay: the last one of the run, the newest `keepLast`, one every `keepEveryEpochs` epochs,
 * and the marks.
 */
export function keptSteps(saved: readonly number[], config: CheckpointConfig, length: RunLength): Set<number> {
  const newest = [...saved].sort((a, b) => b - a).slice(0, config.keepLast);
  return new Set([...newest, ...saved.filter((step) => step === length.steps || isKept(step, config, length))]);
}

function isKept(step: number, config: CheckpointConfig, length: RunLength): boolean {
  const span = config.keepEveryEpochs === null ? null : config.keepEveryEpochs * length.stepsPerEpoch;
  return (span !== null && step % span === 0) || markedSteps(config, length).includes(step);
}
