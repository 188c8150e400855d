import { formatSeconds } from "../../system";
import type { StudyResults } from "../store/results";
import { studyCommand } from "./study-runs";

/**
 * How much of a study is measured, where, from what and at what cost, and the command that reproduces it; only the
 * command where nothing is measured.
 */
export function madeText({ made, study, jobs }: StudyResults): string {
  const done = jobs.filter(({ state }) => state === "done").length;
  const seeds = study.statedSeeds === undefined ? "" : ` --seeds ${study.seeds.join(",")}`;
  const command = studyCommand(study, "", seeds);
  if (made.length === 0) return `None of ${jobs.length} trainings is measured here: ${command} does it`;
  const unique = (values: readonly (string | null)[]) => [...new Set(values.filter((one) => one !== null))].join(", ");
  const commits = unique(
    made.map(({ commit, clean }) => commit && `${commit.slice(0, 12)}${clean ? "" : " (changed)"}`),
  );
  // One training has a result for each evaluation: its time is counted once.
  const trainings = new Map(made.map((one) => [`${one.host} ${one.trainSeconds} ${one.finalLoss}`, one.trainSeconds]));
  const seconds = [...trainings.values()].reduce((sum, one) => sum + one, 0);
  return (
    `${done === jobs.length ? `All ${done}` : `${done} of ${jobs.length}`} trainings measured at commit ${commits || "unknown"}, on ${unique(made.map(({ device, host }) => `${device} of ${host}`))}, ` +
    `TensorFlow ${unique(made.map(({ tensorflow }) => tensorflow))}; ${formatSeconds(seconds)} of training; ` +
    `recompute with ${command}, or a cell of it with study -- verify`
  );
}
