import { canonicalJson, type Run } from "../config";
import { stateOf, type TrainState } from "./state";
import { assignAll } from "./variables";

/**
 * The state `fresh` with the compiled step of `used`, if the runs differ only in their seed: the program is then the
 * same, and recompiling it would waste seconds. Otherwise `fresh` as it is.
 *
 * Takes ownership of both: only the returned state may be used or disposed afterwards.
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
  return stateOf(used, { step, run }, used.compiled);
}

/** All that a compiled step may depend on: the settings except the seed, which reaches it as numbers. */
function programOf(run: Run): string {
  const { seed: _, preset: __, evaluate: ___, ...settings } = run;
  return canonicalJson(settings);
}
