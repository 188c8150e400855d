import { createTrainState, trainStep } from "njepa/train";
import { plannedBatches, randomImages } from "../step-data";
import type { TrialRun, TrialSettings } from "./settings";

/** Losses of a run's first steps. */
export async function lossesOf({ run, rawSize }: TrialRun, steps: number): Promise<number[]> {
  const [data, state] = [randomImages(run, rawSize, steps), createTrainState(run)];
  const losses: number[] = [];
  for await (const { batch, plan } of plannedBatches(run, data, { steps, stepsPerEpoch: steps })) {
    losses.push((await trainStep(state, batch, plan)).loss);
  }
  state.dispose();
  return losses;
}

export const sameBits = (left: readonly number[], right: readonly number[]) =>
  left.length === right.length && left.every((value, at) => Object.is(value, right[at]));

/** The losses beside those that a CPU gave when the kit was packed, and whether a second run has their bits. */
export async function golden({ losses, ...run }: TrialSettings["golden"]) {
  const found = await lossesOf(run, losses.length);
  const again = await lossesOf(run, losses.length);
  const largestRelativeDifference = Math.max(...found.map((loss, at) => Math.abs(loss / (losses[at] as number) - 1)));
  return {
    expected: losses,
    found,
    largestRelativeDifference,
    // In float32 with different kernels; a wrong program is off by far more.
    agrees: largestRelativeDifference < 1e-3,
    sameBitsAgain: sameBits(found, again),
  };
}
