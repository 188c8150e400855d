import type { Run } from "../config";
import { peakBytes, productFlops } from "../engine";
import { lowerStep } from "./lower-step";

/** The cost of one step of a run, read from its program; nothing is trained or measured. */
export interface RunCost {
  /** Number of trained parameters. */
  parameters: number;
  /** Operations in all matrix products of a step, forward and backward. */
  flopsPerStep: number;
  /** Bytes of weights, teacher and AdamW's moments in float32. */
  stateBytes: number;
  /** Upper bound on further bytes while a step runs: activations and gradients, if the compiler fused nothing. */
  stepBytes: number;
}

/** The cost of a run's step, from the program that would be compiled for full images of the run's size. */
export function runCost(run: Run): RunCost {
  const { gradients, parameters, teacherParameters } = lowerStep(run);
  return {
    parameters,
    flopsPerStep: productFlops(gradients.stablehlo),
    stateBytes: 4 * (3 * parameters + teacherParameters),
    stepBytes: peakBytes(gradients.stablehlo),
  };
}
