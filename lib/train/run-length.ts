import type { Run } from "../config";
import type { Split } from "../data";
import { DataError } from "../errors";

/** The length of a run, in steps. */
export interface RunLength {
  /** Full batches per epoch. */
  stepsPerEpoch: number;
  /** Steps of the whole run. */
  steps: number;
}

/**
 * The length of a run over a training split.
 *
 * @throws {DataError} when the split does not fill one batch, or the epochs make no step
 */
export function runLength(split: Pick<Split, "count">, { optimizer, train }: Run): RunLength {
  const stepsPerEpoch = Math.floor(split.count / optimizer.batchSize);
  if (stepsPerEpoch === 0) {
    throw new DataError(
      `A batch of ${optimizer.batchSize} images was asked for, and the training split has ${split.count}. ` +
        "Choose a smaller optimizer.batchSize.",
    );
  }
  const whole = Math.floor(optimizer.epochs * stepsPerEpoch);
  if (whole === 0) {
    throw new DataError(
      `${optimizer.epochs} epochs of ${stepsPerEpoch} steps are not one step: nothing would be learned. ` +
        "Choose more optimizer.epochs, or a smaller optimizer.batchSize.",
    );
  }
  return { stepsPerEpoch, steps: Math.min(whole, train.maxSteps ?? whole) };
}
