import { canonicalJson, type Run } from "../config";
import type { TrainState } from "./state";
import { assignAll } from "./variables";

/**
 * The state `fresh` with the compiled step of `used` where the runs differ in their seed alone: the program is the same
 * then, and compiling it again would take seconds for nothing. Else `fresh` as it is.
 *
 * Both are given away: only what is returned may be used or disposed afterwards.
 */
export function reuseProgram(used: TrainState, fresh: TrainState): TrainState {
  if (programOf(used.run) !== programOf(fresh.run)) {
    used.dispose();
    return fresh;
  }
  for (const group of ["student", "teacher", "firstMoments", "secondMoments"] as const) {
    assignAll(used[group], fresh[group]);
  }
  const { run, step } = fresh;
  fresh.dispose();
  return { ...used, run, step };
}

/** All that a step may be compiled from: the settings but the seed, which reaches it as numbers. */
function programOf(run: Run): string {
  const { seed: _, preset: __, evaluate: ___, ...settings } = run;
  return canonicalJson(settings);
}
