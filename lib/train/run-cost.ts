import type { Run } from "../config";
import { peakBytes, productFlops } from "../engine";
import { lowerStep } from "./lower-step";

/** What one step of a run takes, read from its program; nothing is trained or measured. */
export interface RunCost {
  /** Numbers that are trained. */
  parameters: number;
  /** Operations of all matrix products of a step, forward and backward. */
  flopsPerStep: number;
  /** Weights, teacher and AdamW's moments in float32. */
  stateBytes: number;
  /** At most this much more while a step runs: activations and gradients, if the compiler fused nothing. */
  stepBytes: number;
}

/** The cost of a run's step, from the program that would be compiled for whole images of the run's size. */
export function runCost(run: Run): RunCost {
  const { gradients, parameters, teacherParameters } = lowerStep(run);
  return {
    parameters,
    flopsPerStep: productFlops(gradients.stablehlo),
    stateBytes: 4 * (3 * parameters + teacherParameters),
    stepBytes: peakBytes(gradients.stablehlo),
  };
}
